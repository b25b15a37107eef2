package org.charrnn.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.charrnn.model.measure.OperationTime;

/** Prints each measurement as a JSON object on one line. */
public final class JsonOutput implements BenchmarkOutput {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .build();

  private final PrintWriter out;

  private record Products(int threads, double gigaflops) {}

  private record Round(
      JobDescription job,
      int round,
      int steps,
      double seconds,
      long heapBytes,
      Double residentMebibytes) {}

  private record Total(
      JobDescription job, double secondsPerStep, double charactersPerSecond, double gigaflops) {}

  private record Profile(JobDescription job, List<OperationTime> operations) {}

  /**
   * @param out receives the lines; not closed
   */
  public JsonOutput(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void products(int threads, double gigaflops) {
    print("products", new Products(threads, gigaflops));
  }

  @Override
  public void round(JobDescription description, Rounds.Round round) {
    Double memory =
        round.residentMebibytes().isPresent() ? round.residentMebibytes().getAsDouble() : null;
    print(
        "round",
        new Round(
            description,
            round.number(),
            round.steps(),
            round.seconds(),
            round.heapBytes(),
            memory));
  }

  @Override
  public void rounds(JobDescription description, Job job, Rounds rounds) {
    double seconds = rounds.medianSeconds();
    print(
        "total",
        new Total(
            description,
            seconds,
            job.charactersPerStep() / seconds,
            job.flopsPerStep() / seconds / 1e9));
  }

  @Override
  public void profile(JobDescription description, List<OperationTime> operations) {
    print("profile", new Profile(description, operations));
  }

  private void print(String name, Object value) {
    try {
      out.println(MAPPER.writeValueAsString(Map.of(name, value)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain records can always be written
    }
    out.flush();
  }
}
