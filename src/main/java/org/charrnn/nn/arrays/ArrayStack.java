package org.charrnn.nn.arrays;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Cells as layers, of which each reads the output of the one below it.
 *
 * @param cells from the bottom to the top
 */
public record ArrayStack(List<ArrayCell> cells) implements ArrayCell {
  private static final int CHUNK = 128; // time steps for which a layer does not wait for another

  public ArrayStack {
    if (cells.isEmpty()) {
      throw new IllegalArgumentException("a stack needs at least one cell");
    }
    cells = List.copyOf(cells);
  }

  @Override
  public Layers start() {
    return new Layers(cells.stream().map(ArrayCell::start).toList());
  }

  /** The states of all layers after what they have read. */
  public static final class Layers implements Sequence {
    private final List<Sequence> layers;

    private Layers(List<Sequence> layers) {
      this.layers = layers;
    }

    @Override
    public float[] read(ArrayInput input, Team team) {
      float[] output = layers.get(0).read(input, team);
      for (int layer = 1; layer < layers.size(); layer++) {
        output = layers.get(layer).read(ArrayInput.dense(output), team);
      }
      return output;
    }

    /**
     * Reads several time steps: while a layer reads some of them, the one above it reads those
     * before, on another core.
     *
     * @param timeSteps at least 1
     * @param inputs the input of each
     * @return the last output
     */
    public float[] read(int timeSteps, IntFunction<ArrayInput> inputs) {
      int chunks = (timeSteps + CHUNK - 1) / CHUNK;
      int top = layers.size() - 1;
      float[][][] outputs = new float[chunks][][]; // of the layer that has read a chunk last
      for (int wave = 0; wave < chunks + top; wave++) {
        int first = wave;
        IntStream.rangeClosed(Math.max(0, wave - chunks + 1), Math.min(top, wave))
            .parallel()
            .forEach(
                layer -> {
                  int chunk = first - layer;
                  int from = chunk * CHUNK;
                  int count = Math.min(CHUNK, timeSteps - from);
                  float[][] below = outputs[chunk];
                  IntFunction<ArrayInput> input =
                      layer == 0 ? t -> inputs.apply(from + t) : t -> ArrayInput.dense(below[t]);
                  outputs[chunk] = read(layers.get(layer), count, input, layer == top);
                });
      }
      return outputs[chunks - 1][0];
    }

    /** Returns the outputs of all time steps, or of the last one only. */
    private static float[][] read(
        Sequence layer, int timeSteps, IntFunction<ArrayInput> inputs, boolean lastOnly) {
      float[][] outputs = new float[lastOnly ? 1 : timeSteps][];
      for (int t = 0; t < timeSteps; t++) {
        float[] output = layer.read(inputs.apply(t), Team.ALONE);
        outputs[lastOnly ? 0 : t] = lastOnly ? output : output.clone();
      }
      return outputs;
    }
  }
}
