package org.charrnn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskCacheTest {
  private final List<Resource> created = new ArrayList<>();
  private RuntimeException closeFailure; // of every resource, unless null

  private final class Resource implements AutoCloseable {
    private boolean closed;

    private Resource() {
      created.add(this);
    }

    @Override
    public void close() {
      closed = true;
      if (closeFailure != null) {
        throw closeFailure;
      }
    }
  }

  private Resource use(String owner, String key) {
    return TaskCache.use(owner, key, Resource::new, resource -> resource);
  }

  @AfterEach
  void releaseAll() {
    TaskCache.release("one");
    TaskCache.release("other");
  }

  @Test
  void objectIsReusedForSameOwnerAndKey() {
    Resource first = use("one", "a");
    assertThat(use("one", "a")).isSameAs(first);
    assertThat(use("one", "b")).isNotSameAs(first);
    assertThat(use("other", "a")).isNotSameAs(first);
    assertThat(TaskCache.count("one")).isEqualTo(2);
  }

  @Test
  void objectInUseIsNotShared() {
    Resource outer =
        TaskCache.use(
            "one",
            "a",
            Resource::new,
            used -> {
              assertThat(use("one", "a")).isNotSameAs(used);
              return used;
            });
    assertThat(outer.closed).isFalse();
    assertThat(TaskCache.count("one")).isEqualTo(2);
  }

  @Test
  void releaseClosesObjectsOfOwnerOnly() {
    Resource one = use("one", "a");
    Resource other = use("other", "a");
    TaskCache.release("one");
    assertThat(one.closed).isTrue();
    assertThat(other.closed).isFalse();
    assertThat(TaskCache.count("one")).isZero();
  }

  @Test
  void objectReleasedDuringUseIsClosedAfterwards() {
    Resource used =
        TaskCache.use(
            "one",
            "a",
            Resource::new,
            resource -> {
              TaskCache.release("one");
              assertThat(resource.closed).isFalse();
              return resource;
            });
    assertThat(used.closed).isTrue();
    assertThat(TaskCache.count("one")).isZero();
  }

  @Test
  void objectIsClosedAfterFailure() {
    assertThatThrownBy(
            () ->
                TaskCache.use(
                    "one",
                    "a",
                    Resource::new,
                    resource -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(created).hasSize(1).allMatch(resource -> resource.closed);
    assertThat(TaskCache.count("one")).isZero();
  }

  @Test
  void failingCloseLeavesNoOtherObjectOpen() {
    use("one", "a");
    use("one", "b");
    use("other", "a");
    closeFailure = new IllegalStateException("cannot close");
    assertThatThrownBy(() -> TaskCache.release(List.of("one", "other"))).isSameAs(closeFailure);
    closeFailure = null;
    assertThat(created).hasSize(3).allMatch(resource -> resource.closed);
    assertThat(TaskCache.count("one") + TaskCache.count("other")).isZero();
  }

  @Test
  void failingCloseDoesNotHideTheFailureBeforeIt() {
    closeFailure = new IllegalStateException("cannot close");
    IllegalStateException failure = new IllegalStateException("failed");
    assertThatThrownBy(
            () ->
                TaskCache.use(
                    "one",
                    "a",
                    Resource::new,
                    resource -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(failure.getSuppressed()).containsExactly(closeFailure);
  }
}
