package org.charrnn.text.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.InputException;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;

class WindowsTest {
  @Test
  void windowsStartOneCharacterApartAndTargetsOneCharacterLater() {
    Windows windows = Windows.of(new int[] {5, 6, 7, 8, 9}, 3);
    assertThat(windows.inputs()).isDeepEqualTo(new int[][] {{5, 6, 7}, {6, 7, 8}});
    assertThat(windows.targets()).isDeepEqualTo(new int[][] {{6, 7, 8}, {7, 8, 9}});
    assertThat(windows.count()).isEqualTo(2);
    assertThat(windows.sequenceLength()).isEqualTo(3);
  }

  @Test
  void labHas170Windows() {
    Vocabulary vocabulary = Vocabulary.of(LabText.SENTENCE);
    Windows windows = Windows.of(vocabulary.encode(LabText.SENTENCE), 10);
    assertThat(windows.inputs()).hasDimensions(170, 10);
    assertThat(windows.targets()).hasDimensions(170, 10);
    assertThat(vocabulary.decode(windows.inputs()[0])).isEqualTo("if you wan");
    assertThat(vocabulary.decode(windows.targets()[0])).isEqualTo("f you want");
    assertThat(vocabulary.decode(windows.targets()[169])).isEqualTo("f the sea.");
  }

  @Test
  void textOfOneWindowIsEnough() {
    Windows windows = Windows.of(new int[] {1, 2, 3}, 2);
    assertThat(windows.inputs()).isDeepEqualTo(new int[][] {{1, 2}});
    assertThat(windows.targets()).isDeepEqualTo(new int[][] {{2, 3}});
  }

  @Test
  void textShorterThanOneWindowIsRejected() {
    assertThatThrownBy(() -> Windows.of(new int[10], 10))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the text has 10 characters, but a window of 10 and the character after it need 11;"
                + " use a longer text or a smaller sequence length");
    assertThatThrownBy(() -> Windows.of(new int[0], 1)).isInstanceOf(InputException.class);
  }
}
