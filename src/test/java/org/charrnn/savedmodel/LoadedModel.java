package org.charrnn.savedmodel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** A SavedModel opened with plain TensorFlow-Java, as a program without charrnn would. */
final class LoadedModel implements AutoCloseable {
  private final SavedModelBundle bundle;

  LoadedModel(Path path) {
    bundle = SavedModelBundle.load(path.toString());
  }

  /** Returns the logits {@code [batch][time][classes]} of ids {@code [batch][time]}. */
  float[][][] logits(int[][] ids) {
    try (TInt32 x = TInt32.tensorOf(StdArrays.ndCopyOf(ids));
        Result result = bundle.function("serving_default").call(Map.of("X", x))) {
      return StdArrays.array3dCopyOf((TFloat32) result.get("outputs").orElseThrow());
    }
  }

  /** Returns the logits {@code [time][classes]} after each id, computed one step at a time. */
  float[][] logitsByStep(int[] ids) {
    SessionFunction step = bundle.function("step");
    Map<String, Tensor> state = new HashMap<>();
    step.signature().getInputs().forEach((name, tensor) -> state.put(name, zeros(tensor)));
    state.remove("ids").close();
    float[][] logits = new float[ids.length][];
    for (int time = 0; time < ids.length; time++) {
      Map<String, Tensor> inputs = new HashMap<>(state);
      try (TInt32 id = TInt32.vectorOf(ids[time])) {
        inputs.put("ids", id);
        try (Result result = step.call(inputs)) {
          logits[time] = StdArrays.array2dCopyOf((TFloat32) result.get("logits").orElseThrow())[0];
          state.replaceAll((name, before) -> copyAndClose(result.get(name).orElseThrow(), before));
        }
      }
    }
    state.values().forEach(Tensor::close);
    return logits;
  }

  /** Returns zeros in the shape of an input, for a batch of one. */
  private static Tensor zeros(Signature.TensorDescription tensor) {
    if (tensor.shape.numDimensions() == 1) {
      return TInt32.vectorOf(0);
    }
    return TFloat32.tensorOf(StdArrays.ndCopyOf(new float[1][(int) tensor.shape.get(1)]));
  }

  private static Tensor copyAndClose(Tensor after, Tensor before) {
    before.close();
    return TFloat32.tensorOf((TFloat32) after);
  }

  /** Returns the primes, each with {@code length} generated tokens after it. */
  List<String> generate(List<String> primes, int length, float temperature, int topK, long seed) {
    try (TString primeTensor = TString.vectorOf(primes.toArray(String[]::new));
        TInt32 lengthTensor = TInt32.scalarOf(length);
        TFloat32 temperatureTensor = TFloat32.scalarOf(temperature);
        TInt32 topKTensor = TInt32.scalarOf(topK);
        TInt64 seedTensor = TInt64.scalarOf(seed);
        Result result =
            bundle
                .function("generate")
                .call(
                    Map.of(
                        "prime", primeTensor,
                        "length", lengthTensor,
                        "temperature", temperatureTensor,
                        "top_k", topKTensor,
                        "seed", seedTensor))) {
      List<String> texts = new ArrayList<>();
      ((TString) result.get("text").orElseThrow()).scalars().forEach(s -> texts.add(s.getObject()));
      return texts;
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
