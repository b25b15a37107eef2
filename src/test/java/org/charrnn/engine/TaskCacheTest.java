package org.charrnn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskCacheTest {
  private final List<Thing> made = new ArrayList<>();

  private final class Thing implements AutoCloseable {
    private boolean closed;

    private Thing() {
      made.add(this);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Thing use(String owner, String key) {
    return TaskCache.use(owner, key, Thing::new, thing -> thing);
  }

  @AfterEach
  void releaseAll() {
    TaskCache.release("one");
    TaskCache.release("other");
  }

  @Test
  void aThingIsUsedAgainForTheSameOwnerAndKey() {
    Thing first = use("one", "a");
    assertThat(use("one", "a")).isSameAs(first);
    assertThat(use("one", "b")).isNotSameAs(first);
    assertThat(use("other", "a")).isNotSameAs(first);
    assertThat(TaskCache.count("one")).isEqualTo(2);
  }

  @Test
  void nobodyUsesAThingThatIsInUse() {
    Thing outer =
        TaskCache.use(
            "one",
            "a",
            Thing::new,
            used -> {
              assertThat(use("one", "a")).isNotSameAs(used);
              return used;
            });
    assertThat(outer.closed).isFalse();
    assertThat(TaskCache.count("one")).isEqualTo(2);
  }

  @Test
  void anOwnersThingsAreClosedWhenItIsReleased() {
    Thing one = use("one", "a");
    Thing other = use("other", "a");
    TaskCache.release("one");
    assertThat(one.closed).isTrue();
    assertThat(other.closed).isFalse();
    assertThat(TaskCache.count("one")).isZero();
  }

  @Test
  void aThingInUseIsClosedOnceItIsNot() {
    Thing used =
        TaskCache.use(
            "one",
            "a",
            Thing::new,
            thing -> {
              TaskCache.release("one");
              assertThat(thing.closed).isFalse();
              return thing;
            });
    assertThat(used.closed).isTrue();
    assertThat(TaskCache.count("one")).isZero();
  }

  /** Who knows in what state it was left. */
  @Test
  void aThingThatFailedIsClosed() {
    assertThatThrownBy(
            () ->
                TaskCache.use(
                    "one",
                    "a",
                    Thing::new,
                    thing -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(made).hasSize(1).allMatch(thing -> thing.closed);
    assertThat(TaskCache.count("one")).isZero();
  }
}
