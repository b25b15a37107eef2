package org.charrnn;

import java.nio.file.*;
import java.util.*;
import org.charrnn.checkpoint.*;
import org.charrnn.model.*;
import org.charrnn.text.*;

public class Try {
  public static void main(String[] a) throws Exception {
    String s =
        "if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, but rather teach them to long for the endless immensity of the sea.";
    Vocabulary v = Vocabulary.of(s);
    Windows w = Windows.of(v.encode(s), 10);
    int layers = Integer.parseInt(a[0]);
    long t0 = System.nanoTime();
    try (LabModel m =
        new LabModel(new ModelConfig(v.size(), v.size(), layers), w, 0.1f, Long.parseLong(a[1]))) {
      System.out.printf("built %.2f s%n", (System.nanoTime() - t0) / 1e9);
      if (a.length > 2) {
        Path p = Path.of(a[2]);
        System.out.println(Checkpoint.shapes(p));
        m.setWeights(Checkpoint.read(p, List.copyOf(m.weightShapes().keySet())));
      }
      List<String> ref = Files.readAllLines(Path.of("../shared/reference/lab-12-4/losses.csv"));
      double worst10 = 0, worst50 = 0;
      float l = 0;
      for (int i = 0; i < 500; i++) {
        l = m.train();
        if (i == 0) System.out.printf("first step %.2f s%n", (System.nanoTime() - t0) / 1e9);
        double d = Math.abs(l - Double.parseDouble(ref.get(i)));
        if (i < 10) worst10 = Math.max(d, worst10);
        if (i < 50) worst50 = Math.max(worst50, d);
        if (i % 50 == 0) System.out.println(i + " " + l + " " + ref.get(i));
      }
      System.out.printf(
          "last %f worst10 %g worst50 %g  total %.2f s%n",
          l, worst10, worst50, (System.nanoTime() - t0) / 1e9);
      int[][] p = m.predict();
      StringBuilder b = new StringBuilder(v.decode(p[0]));
      for (int i = 1; i < p.length; i++) b.append(v.character(p[i][9]));
      System.out.println(b);
    }
  }
}
