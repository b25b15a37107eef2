package org.charrnn.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The URL of a standalone cluster's master, {@code spark://HOST:7077}, or of several masters, one
 * of which is the leader, {@code spark://HOST:7077,HOST:7077}.
 */
final class MasterAddress {
  private static final String SCHEME = "spark://";
  private static final String HOST_AND_PORT =
      "([^:,/@\\[\\]]+|\\[[^,/@\\[\\]]+]):\\d{1,5}"; // [IPv6]
  static final String PATTERN = SCHEME + HOST_AND_PORT + "(," + HOST_AND_PORT + ")*";

  private static final int TIMEOUT_MS = 10_000;

  private MasterAddress() {}

  /**
   * Checks that at least one of the masters accepts connections. Spark itself reports this only
   * after a minute.
   *
   * @param master a URL that matches {@link #PATTERN}; the URL of another kind of cluster is not
   *     checked
   * @throws IOException if no master accepts a connection within {@value #TIMEOUT_MS} ms
   */
  static void requireReachable(String master) throws IOException {
    if (!master.startsWith(SCHEME)) {
      return;
    }
    List<String> failures = new ArrayList<>();
    for (String address : master.substring(SCHEME.length()).split(",", -1)) {
      try {
        connect(address);
        return;
      } catch (IOException | IllegalArgumentException e) { // the latter: port above 65535
        failures.add(address + ": " + e.getMessage());
      }
    }
    throw new IOException("cannot connect to a master: " + String.join(", ", failures));
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
