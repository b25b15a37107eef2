package org.charrnn.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the masters of a standalone cluster are: {@code spark://HOST:7077}, or more of them, of which
 * one leads, {@code spark://HOST:7077,HOST:7077}.
 */
final class MasterAddress {
  private static final String STANDALONE = "spark://";
  private static final String HOST_AND_PORT = "([^:,/@\\[\\]]+|\\[[^,/@\\[\\]]+]):\\d{1,5}"; // [IPv6]
  static final String PATTERN = STANDALONE + HOST_AND_PORT + "(," + HOST_AND_PORT + ")*";

  private static final int TIMEOUT_MS = 10_000;

  private MasterAddress() {}

  /**
   * Checks that one of the masters can be reached. Spark itself takes a minute to find out.
   *
   * @param master as {@link #PATTERN}; that of another kind of cluster is left to Spark
   * @throws IOException if none can be reached
   */
  static void requireAnswer(String master) throws IOException {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    List<String> failures = new ArrayList<>();
    for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
      try {
        connect(address);
        return;
      } catch (IOException | IllegalArgumentException e) { // the latter of a port beyond 65535
        failures.add(address + ": " + e.getMessage());
      }
    }
    throw new IOException("no master answers, " + String.join(", ", failures));
  }

  private static void connect(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    InetSocketAddress master = new InetSocketAddress(address.substring(0, colon), port);
    if (master.isUnresolved()) {
      throw new IOException("unknown host");
    }
    try (Socket socket = new Socket()) {
      socket.connect(master, TIMEOUT_MS);
    }
  }
}
