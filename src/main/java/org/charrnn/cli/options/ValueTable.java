package org.charrnn.cli.options;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Named values, which are printed one per line in two aligned columns. */
public final class ValueTable {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Sets the value of a name. */
  public void put(String name, String value) {
    values.put(name, value);
  }

  /** Sets the value of a name to a number, such as {@code 1,000}. */
  public void put(String name, long number) {
    put(name, format(number));
  }

  /** Returns a number with commas between thousands. */
  public static String format(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Whether there are no values. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Prints the values, each line after an indentation. */
  public void print(PrintWriter out, String indentation) {
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
    values.forEach(
        (name, value) ->
            out.println(indentation + name + " ".repeat(width - name.length() + 2) + value));
  }
}
