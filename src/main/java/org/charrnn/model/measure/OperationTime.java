package org.charrnn.model.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;

/**
 * The time that a training step spends in operations of one type, added over all threads.
 *
 * @param type of the operation as TensorFlow runs it; oneDNN's begin with {@code _Mkl}
 * @param count operations in a step
 * @param millis milliseconds in all of them
 */
public record OperationTime(String type, double count, double millis) {

  /**
   * Averages the traces of some steps.
   *
   * @return the times of a step, the longest first
   */
  public static List<OperationTime> perStep(List<RunMetadata> steps) {
    Map<String, List<Double>> millis = new HashMap<>();
    for (RunMetadata step : steps) {
      for (DeviceStepStats device : step.getStepStats().getDevStatsList()) {
        for (NodeExecStats node : device.getNodeStatsList()) {
          long nanos = node.getOpEndRelNanos() - node.getOpStartRelNanos();
          millis.computeIfAbsent(type(node), type -> new ArrayList<>()).add(nanos / 1e6);
        }
      }
    }
    return millis.entrySet().stream()
        .map(
            type ->
                new OperationTime(
                    type.getKey(),
                    (double) type.getValue().size() / steps.size(),
                    type.getValue().stream().mapToDouble(m -> m).sum() / steps.size()))
        .sorted(Comparator.comparingDouble(OperationTime::millis).reversed())
        .toList();
  }

  /** A label is {@code [allocator sizes] name = Type(inputs)}, or a name alone. */
  private static String type(NodeExecStats node) {
    String label = node.getTimelineLabel();
    int from = label.indexOf(" = ");
    int to = label.indexOf('(', Math.max(from, 0));
    return from < 0 || to < 0 ? node.getNodeName() : label.substring(from + 3, to);
  }
}
