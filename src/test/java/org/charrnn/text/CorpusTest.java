package org.charrnn.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorpusTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void idsDecodeToTheConcatenatedFiles(Level level) throws IOException {
    String first = "한국어 텍스트, 😀 and words.\r\nIt's e\u0301 ".repeat(4000);
    String second = "second file\n";
    List<Path> files = List.of(write("1", first), write("2", ""), write("3", second));
    Corpus corpus = read(files, VocabularySettings.all(level));
    assertThat(decode(corpus)).isEqualTo(first.replace("\r\n", "\n") + second);
    assertThat(corpus.unknowns()).isZero();
    assertThat(corpus.files()).isEqualTo(files);
  }

  @Test
  void noWordSpansTwoFiles() throws IOException {
    Corpus corpus =
        read(List.of(write("1", "sea"), write("2", "son")), VocabularySettings.all(Level.WORD));
    assertThat(corpus.vocabulary().tokens()).containsExactly("sea", "son");
  }

  @Test
  void fiveThousandSmallFilesAreOneText() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 10_000; i < 15_000; i++) {
      write("file" + i, i + "\n");
      all.append(i).append('\n');
    }
    List<Path> files = CorpusFiles.resolve(List.of(directory.toString()), List.of());
    assertThat(decode(read(files, VocabularySettings.all(Level.CHARACTER))))
        .isEqualTo(all.toString());
  }

  @Test
  void rareTokensAreUnknownAndCounted() throws IOException {
    Corpus corpus =
        read(List.of(write("1", "abababxy")), new VocabularySettings(Level.CHARACTER, 2, null));
    assertThat(decode(corpus)).isEqualTo("ababab\ufffd\ufffd");
    assertThat(corpus.unknowns()).isEqualTo(2);
  }

  @Test
  void givenVocabularyProducesTheSameIdsAndHash() throws IOException {
    List<Path> files = List.of(write("1", "some text"), write("2", "more text"));
    Corpus corpus = read(files, VocabularySettings.all(Level.CHARACTER));
    Corpus again = Corpus.encode(files, TextFormat.UTF_8, corpus.vocabulary(), ReadProgress.NONE);
    assertThat(decode(again)).isEqualTo("some textmore text");
    assertThat(again.sha256()).isEqualTo(corpus.sha256());

    write("2", "more test");
    Corpus changed = Corpus.encode(files, TextFormat.UTF_8, corpus.vocabulary(), ReadProgress.NONE);
    assertThat(changed.sha256()).isNotEqualTo(corpus.sha256());
  }

  @Test
  void hashIsSha256OfTheIds() throws IOException, NoSuchAlgorithmException {
    Corpus corpus = read(List.of(write("1", "cab")), VocabularySettings.all(Level.CHARACTER));
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(new byte[] {2, 0, 1});
    assertThat(corpus.sha256()).isEqualTo(HexFormat.of().formatHex(expected));
  }

  @Test
  void charactersMissingFromTheVocabularyAreNamedInTheError() throws IOException {
    Path known = write("1", "abc");
    Path other = write("2", "abßab😀ß");
    assertThatThrownBy(
            () ->
                Corpus.encode(
                    List.of(known, other),
                    TextFormat.UTF_8,
                    Vocabulary.of("abc"),
                    ReadProgress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the model's vocabulary lacks 3 of the text's 10 characters: 'ß' (U+00DF), '😀'"
                + " (U+1F600), first in "
                + other
                + "; a model trained with a minimum count of 2 accepts any text");
  }

  @Test
  void emptyTextIsRejected() throws IOException {
    List<Path> files = List.of(write("1", ""));
    assertThatThrownBy(() -> read(files, VocabularySettings.all(Level.WORD)))
        .isInstanceOf(InputException.class)
        .hasMessage(files.get(0) + " is empty; use a file with text");
    assertThatThrownBy(
            () -> Corpus.encode(files, TextFormat.UTF_8, Vocabulary.of("a"), ReadProgress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessage(files.get(0) + " is empty; use a file with text");
    List<Path> two = List.of(files.get(0), write("2", ""));
    assertThatThrownBy(() -> read(two, VocabularySettings.all(Level.CHARACTER)))
        .isInstanceOf(InputException.class)
        .hasMessage("all 2 files are empty, starting with " + two.get(0) + "; use files with text");
  }

  @Test
  void textThatChangesBetweenThePassesIsRejected() throws IOException {
    Path file = write("1", "abc");
    ReadProgress change = (read, total) -> writeUnchecked("1", read == 3 ? "abcdef" : "abc");
    assertThatThrownBy(
            () ->
                Corpus.read(
                    List.of(file),
                    TextFormat.UTF_8,
                    VocabularySettings.all(Level.CHARACTER),
                    change))
        .isInstanceOf(InputException.class)
        .hasMessage("the text changed while it was read; try again when nothing writes to it");
  }

  @Test
  void progressReachesTheBytesOfBothPasses() throws IOException {
    List<Path> files = List.of(write("1", "한".repeat(50_000)), write("2", "abc"));
    List<Long> read = new ArrayList<>();
    Corpus.read(
        files,
        TextFormat.UTF_8,
        VocabularySettings.all(Level.CHARACTER),
        (bytes, total) -> {
          assertThat(total).isEqualTo(2 * 150_003L);
          read.add(bytes);
        });
    assertThat(read).isSorted().endsWith(2 * 150_003L).hasSizeGreaterThan(6);
  }

  private Path write(String name, String text) throws IOException {
    return Files.write(directory.resolve(name), text.getBytes(UTF_8));
  }

  private void writeUnchecked(String name, String text) {
    try {
      write(name, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Corpus read(List<Path> files, VocabularySettings settings) {
    return Corpus.read(files, TextFormat.UTF_8, settings, ReadProgress.NONE);
  }

  private static String decode(Corpus corpus) {
    int[] ids = new int[(int) corpus.ids().size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = corpus.ids().get(i);
    }
    return corpus.vocabulary().decode(ids);
  }
}
