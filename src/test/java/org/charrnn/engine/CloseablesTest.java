package org.charrnn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseablesTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable closeable(String name, Exception failure) {
    return () -> {
      closed.add(name);
      if (failure != null) {
        throw failure;
      }
    };
  }

  @Test
  void allAreClosedAndAllFailuresAreKept() {
    IllegalStateException first = new IllegalStateException("first");
    IOException second = new IOException("second");
    assertThatThrownBy(
            () ->
                Closeables.closeAll(
                    List.of(
                        closeable("a", null),
                        closeable("b", first),
                        closeable("c", second),
                        closeable("d", first),
                        closeable("e", null))))
        .isSameAs(first);
    assertThat(closed).containsExactly("a", "b", "c", "d", "e");
    assertThat(first.getSuppressed()).hasSize(1);
    assertThat(first.getSuppressed()[0]).hasCause(second);
  }

  @Test
  void nothingIsThrownIfAllCloseWell() {
    Closeables.closeAll(List.of(closeable("a", null), closeable("b", null)));
    assertThat(closed).containsExactly("a", "b");
  }
}
