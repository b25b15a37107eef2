package org.charrnn.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.charrnn.InputException;
import org.charrnn.engine.Engine;
import org.charrnn.engine.EngineException;
import org.charrnn.engine.EngineSettings;
import org.charrnn.engine.Engines;
import org.charrnn.engine.LocalEngine;
import org.charrnn.engine.SumWork;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark in this JVM, with two tasks at a time. */
class SparkEngineTest {
  private static Engine engine;

  private static EngineSettings settings(String master, String... configuration) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < configuration.length; i += 2) {
      all.put(configuration[i], configuration[i + 1]);
    }
    return new EngineSettings(master, all, 0, () -> {});
  }

  @BeforeAll
  static void start() {
    engine = Engines.start("spark", settings("local[2]"));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Random numbers, whose floating-point sum depends on the order of additions. */
  private static final class RandomNumbers implements SumWork<Long, Integer, float[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public float[] apply(Long seed, Integer item) {
      float[] numbers = new float[1000];
      SplittableRandom random = new SplittableRandom(seed + item);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextDouble(-1, 1);
      }
      return numbers;
    }

    @Override
    public float[] add(float[] sum, float[] next) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += next[i];
      }
      return sum;
    }
  }

  private static List<Integer> items(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** More items than a job has tasks; they are taken as they are needed. */
  @Test
  void resultsOfAnyNumberOfItemsAreInItemOrder() {
    int count = 100;
    List<Integer> items = items(count);
    int[] taken = {0};
    Iterator<Integer> iterator =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return taken[0] < count;
          }

          @Override
          public Integer next() {
            return items.get(taken[0]++);
          }
        };
    List<float[]> results = new ArrayList<>();
    List<Integer> takenAtResults = new ArrayList<>();
    engine.mapEach(
        new RandomNumbers(),
        1L,
        iterator,
        result -> {
          results.add(result);
          takenAtResults.add(taken[0]);
        });
    assertThat(results).usingRecursiveComparison().isEqualTo(new LocalEngine().map(new RandomNumbers(), 1L, items));
    assertThat(takenAtResults.get(0)).isLessThan(count);
  }

  @Test
  void resultsAreInItemOrder() {
    List<float[]> expected = new LocalEngine().map(new RandomNumbers(), 1L, items(5));
    List<float[]> actual = engine.map(new RandomNumbers(), 1L, items(5));
    for (int i = 0; i < 5; i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  /** More than 16 results are added in groups by tasks, which receive them in any order. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 17, 50})
  void sumsEqualLocalSumsBitForBit(int count) {
    float[] expected = new LocalEngine().sum(new RandomNumbers(), 1L, items(count));
    assertThat(engine.sum(new RandomNumbers(), 1L, items(count))).isEqualTo(expected);
    if (count > 16) { // confirms that the order matters
      List<float[]> results = new LocalEngine().map(new RandomNumbers(), 1L, items(count));
      assertThat(expected)
          .isNotEqualTo(results.stream().reduce(new RandomNumbers()::add).orElseThrow());
    }
  }

  private static final class Resource implements AutoCloseable {
    private static final List<Resource> CREATED = new ArrayList<>();
    private boolean closed;

    private Resource() {
      synchronized (CREATED) {
        CREATED.add(this);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class UncloseableResource implements AutoCloseable {
    @Override
    public void close() {
      throw new IllegalStateException("cannot close");
    }
  }

  @Test
  void releaseThatFailsClosesTheOtherObjects() {
    Work<String, Integer, Integer> use =
        (owner, item) ->
            TaskCache.use(
                owner,
                item,
                () -> item == 1 ? new UncloseableResource() : new Resource(),
                resource -> item);
    Resource.CREATED.clear();
    engine.map(use, "owner", items(4));
    assertThatThrownBy(() -> engine.release("owner"))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("Spark could not clean up: ")
        .hasMessageContaining("cannot close");
    assertThat(Resource.CREATED).hasSize(3).allMatch(resource -> resource.closed);
    assertThat(TaskCache.count("owner")).isZero();
    assertThat(engine.map(use, "other", items(1))).containsExactly(0); // nothing fails later
    engine.release("other");
  }

  @Test
  void releaseClosesCachedObjectsOfOwner() {
    Work<String, Integer, Integer> use =
        (owner, item) -> TaskCache.use(owner, "key", Resource::new, resource -> item);
    engine.map(use, "one", items(4));
    engine.map(use, "other", items(4));
    int created = Resource.CREATED.size();
    assertThat(TaskCache.count("one") + TaskCache.count("other"))
        .isEqualTo(created)
        .isBetween(2, 4);
    engine.release("one");
    assertThat(TaskCache.count("one")).isZero();
    assertThat(TaskCache.count("other")).isPositive();
    engine.release("other");
    assertThat(Resource.CREATED).hasSize(created).allMatch(resource -> resource.closed);
  }

  @Test
  void failureOfTaskIsReported() {
    Work<Integer, Integer, Integer> division = (shared, item) -> shared / item;
    assertThatThrownBy(() -> engine.map(division, 1, items(2)))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("Spark could not run the job: ")
        .hasMessageContaining("ArithmeticException: / by zero");
  }

  @Test
  void unreachableMastersAreReported() throws IOException {
    String closedPort = "127.0.0.1:" + freePort();
    String master = "spark://" + closedPort + ",no-such-host.invalid:7077,[::ffff:127.0.0.1]:99999";
    assertThatThrownBy(() -> SparkEngine.start(settings(master)))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Spark could not start: cannot connect to a master: "
                + closedPort
                + ": Connection refused, no-such-host.invalid:7077: unknown host,"
                + " [::ffff:127.0.0.1]:99999: port out of range:99999");
  }

  @Test
  void oneReachableMasterIsEnough() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      String reachable = "[::ffff:127.0.0.1]:" + socket.getLocalPort();
      MasterAddress.requireReachable("spark://127.0.0.1:" + freePort() + "," + reachable);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Stops the context as a cluster does that has lost its master. */
  @Test
  void applicationStoppedByClusterIsReported() {
    Work<String, Integer, Integer> use =
        (owner, item) -> TaskCache.use(owner, "key", Resource::new, resource -> item);
    engine.map(use, "owner", items(2));
    assertThat(TaskCache.count("owner")).isPositive();
    SparkContext.getOrCreate().stop();
    try {
      Work<Integer, Integer, Integer> sum = Integer::sum;
      assertThatThrownBy(() -> engine.map(sum, 1, items(2)))
          .isInstanceOf(EngineException.class)
          .hasMessage("Spark could not run the job: the cluster has stopped the application");
      engine.release("owner");
      assertThat(TaskCache.count("owner")).isZero();
      engine.close();
    } finally {
      start();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nowhere",
        "local[]",
        "spark://host",
        "spark://host:7077/",
        "spark://host:7077,other",
        "spark://user@host:7077",
        "spark://::1:7077",
        "spark://host:123456"
      })
  void invalidMasterUrlIsRejected(String master) {
    assertThatThrownBy(() -> SparkEngine.start(settings(master)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the Spark master URL must be ")
        .hasMessageEndingWith("got " + master);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local",
        "local[*]",
        "local-cluster[2,1,1024]",
        "yarn",
        "k8s://https://host:443",
        "spark://host:7077",
        "spark://10.0.0.1:7077,host-2.example.org:17077",
        "spark://[::1]:7077,[fe80::1%eth0]:7077"
      })
  void validMasterUrlIsAccepted(String master) {
    assertThat(SparkSettings.conf(settings(master)).get("spark.master")).isEqualTo(master);
  }

  @Test
  void missingMasterUrlIsRejected() {
    assertThatThrownBy(() -> SparkEngine.start(settings(null)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("needs a master URL, such as local[2]");
  }
}
