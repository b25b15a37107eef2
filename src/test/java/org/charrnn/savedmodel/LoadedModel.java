package org.charrnn.savedmodel;

import java.nio.file.Path;
import java.util.Map;
import org.charrnn.model.InferenceModel;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A SavedModel as TensorFlow-Java's own loader opens it. */
final class LoadedModel implements AutoCloseable {
  private final SavedModelBundle bundle;

  LoadedModel(Path path) {
    bundle = SavedModelBundle.load(path.toString(), SavedModelBuilder.SERVE_TAG);
  }

  /** The logits {@code [batch][time][classes]} of ids {@code [batch][time]}. */
  float[][][] logits(int[][] ids) {
    try (TInt32 x = TInt32.tensorOf(StdArrays.ndCopyOf(ids));
        Result result = bundle.function(InferenceModel.SIGNATURE).call(Map.of("X", x))) {
      return StdArrays.array3dCopyOf((TFloat32) result.get("outputs").orElseThrow());
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
