package org.charrnn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code scripts/download-data.sh} with a server in this JVM that can interrupt downloads and send
 * wrong data.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for a POSIX shell")
class DownloadDataIT {
  private static final String ARCHIVE = "/v6.x/linux-6.6.tar.xz";
  private static final String SUMS = "/v6.x/sha256sums.asc";
  private static final String SHAKESPEARE = "/data/tinyshakespeare/input.txt";

  @TempDir Path directory;

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile long interruptAfter = Long.MAX_VALUE; // bytes of the archive
  private volatile boolean supportsRanges = true;
  private HttpServer server;

  private record Run(int exitCode, List<String> out, List<String> err) {}

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    byte[] archive = archive();
    files.put(ARCHIVE, archive);
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    files.put(SUMS, "%s  linux-6.6.tar.xz\n".formatted(sum).getBytes(UTF_8));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(path + (range == null ? "" : " " + range));
    byte[] file = files.get(path);
    try (exchange) {
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from =
          range == null || !supportsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      if (from > 0) {
        exchange
            .getResponseHeaders()
            .add("Content-Range", "bytes %d-%d/%d".formatted(from, file.length - 1, file.length));
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.length - from);
      long limit = path.equals(ARCHIVE) ? interruptAfter : Long.MAX_VALUE;
      exchange.getResponseBody().write(file, from, (int) Math.min(file.length - from, limit));
    }
  }

  /** Returns an archive of a kernel with three source files in the wanted directories. */
  private byte[] archive() throws Exception {
    Path root = directory.resolve("linux-6.6");
    byte[] noise = new byte[100_000]; // xz cannot compress it
    new SplittableRandom(1).nextBytes(noise);
    for (String name :
        List.of(
            "kernel/fork.c", "kernel/sched/sched.h", "kernel/Makefile", "mm/slub.c", "fs/x.c")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, name.equals("mm/slub.c") ? noise : name.getBytes(UTF_8));
    }
    Path archive = directory.resolve("served.tar.xz");
    Process tar =
        new ProcessBuilder("tar", "-cJf", archive.toString(), "linux-6.6")
            .directory(directory.toFile())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return Files.readAllBytes(archive);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private Run download(String text) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "scripts/download-data.sh", text, data().toString());
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    builder.environment().put("CHARRNN_TINYSHAKESPEARE_URL", url);
    builder.environment().put("CHARRNN_KERNEL_URL", url);
    builder.environment().put("no_proxy", "127.0.0.1");
    builder.redirectError(directory.resolve("err.txt").toFile());
    Process process = builder.start();
    List<String> out = process.inputReader(UTF_8).lines().toList();
    return new Run(process.waitFor(), out, Files.readAllLines(directory.resolve("err.txt")));
  }

  private List<String> downloaded() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> found = Files.walk(data())) {
      found
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(data().relativize(file).toString()));
    }
    return names;
  }

  private void assertDownloaded(Run run) throws IOException {
    assertThat(run.err).isEmpty();
    assertThat(run.exitCode).isZero();
    assertThat(run.out).containsExactly(data().resolve("linux").toString());
    assertThat(downloaded())
        .containsExactlyInAnyOrder(
            "linux/kernel/fork.c", "linux/kernel/sched/sched.h", "linux/mm/slub.c");
    assertThat(data().resolve("linux/mm/slub.c"))
        .hasSameBinaryContentAs(directory.resolve("linux-6.6/mm/slub.c"));
  }

  private static void assertFailed(Run run, String... partsOfMessage) {
    assertThat(run.exitCode).isEqualTo(1);
    assertThat(run.out).isEmpty();
    assertThat(run.err)
        .singleElement()
        .asString()
        .startsWith("download-data: ")
        .contains(partsOfMessage);
  }

  @Test
  void onlySourcesOfTwoDirectoriesAreKept() throws Exception {
    assertDownloaded(download("linux"));
    requests.clear();
    assertDownloaded(download("linux"));
    assertThat(requests).as("requests of a second download").isEmpty();
  }

  @Test
  void interruptedDownloadResumes() throws Exception {
    interruptAfter = 60_000;
    assertFailed(download("linux"), ARCHIVE, "run this again to resume");
    assertThat(downloaded()).containsExactly("linux-6.6.tar.xz.part");
    long partSize = Files.size(data().resolve("linux-6.6.tar.xz.part"));
    assertThat(partSize).isBetween(1L, 60_000L);

    interruptAfter = Long.MAX_VALUE;
    assertDownloaded(download("linux"));
    assertThat(requests).last().isEqualTo(ARCHIVE + " bytes=" + partSize + "-");
  }

  @Test
  void downloadRestartsIfServerCannotResume() throws Exception {
    interruptAfter = 60_000;
    assertFailed(download("linux"), ARCHIVE);
    interruptAfter = Long.MAX_VALUE;
    supportsRanges = false;
    assertDownloaded(download("linux"));
  }

  @Test
  void damagedFileIsReportedAndDeleted() throws Exception {
    byte[] intact = files.get(ARCHIVE);
    byte[] damaged = intact.clone();
    damaged[damaged.length / 2] ^= 1;
    files.put(ARCHIVE, damaged);
    assertFailed(download("linux"), ARCHIVE, "SHA-256", "run this again");
    assertThat(downloaded()).isEmpty();

    files.put(ARCHIVE, intact);
    assertDownloaded(download("linux"));
  }

  @Test
  void damagedPartIsDeletedAfterResume() throws Exception {
    Files.createDirectories(data());
    byte[] start = Arrays.copyOf(files.get(ARCHIVE), 5_000);
    start[100] ^= 1;
    Files.write(data().resolve("linux-6.6.tar.xz.part"), start);
    assertFailed(download("linux"), ARCHIVE, "SHA-256");
    assertThat(downloaded()).isEmpty();
  }

  @Test
  void releaseWithoutChecksumIsRejected() throws Exception {
    files.put(SUMS, "0  linux-6.5.tar.xz\n".getBytes(UTF_8));
    assertFailed(download("linux"), "no linux-6.6.tar.xz", "CHARRNN_KERNEL_VERSION");
    assertThat(requests).containsExactly(SUMS);
  }

  @Test
  void unexpectedTextIsRejected() throws Exception {
    files.put(SHAKESPEARE, "First Citizen:\n".getBytes(UTF_8));
    assertFailed(download("tinyshakespeare"), SHAKESPEARE, "86c4e6aa9db7c042");
    assertThat(downloaded()).isEmpty();
  }

  @Test
  void missingFileAndMissingServerAreReported() throws Exception {
    assertFailed(download("tinyshakespeare"), SHAKESPEARE, "404");
    server.stop(0);
    assertFailed(download("tinyshakespeare"), SHAKESPEARE, "check the network");
    assertThat(downloaded()).isEmpty();
  }

  @Test
  void unknownTextIsRejected() throws Exception {
    Run run = download("bible");
    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.err).singleElement().asString().contains("no text 'bible'");
    assertThat(data()).doesNotExist();
  }
}
