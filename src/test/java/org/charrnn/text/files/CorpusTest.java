package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.charrnn.InputException;
import org.charrnn.text.Level;
import org.charrnn.text.Newlines;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.TokenCounts;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
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
    assertThat(decode(corpus)).isEqualTo(first.replace("\r\n", "\n") + "\n" + second);
    assertThat(corpus.unknowns()).isZero();
    assertThat(corpus.files()).isEqualTo(files);
  }

  @Test
  void noWordSpansTwoFiles() throws IOException {
    Corpus corpus =
        read(List.of(write("1", "sea"), write("2", "son")), VocabularySettings.all(Level.WORD));
    assertThat(corpus.vocabulary().tokens()).containsExactly("\n", "sea", "son");
  }

  @Test
  void fiveThousandSmallFilesAreOneText() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 10_000; i < 15_000; i++) {
      write("file" + i, i + "\n");
      all.append(i).append('\n');
    }
    List<Path> files =
        CorpusFiles.find(List.of(directory.toString()), FilePatterns.ALL, TextFormat.UTF_8).files();
    assertThat(decode(read(files, VocabularySettings.all(Level.CHARACTER))))
        .isEqualTo(all.toString());
  }

  @Test
  void rareTokensAreUnknownAndCounted() throws IOException {
    Corpus corpus =
        read(List.of(write("1", "abababxy")), new VocabularySettings(Level.CHARACTER, 2, null));
    assertThat(decode(corpus)).isEqualTo("ababab\ufffd\ufffd");
    assertThat(corpus.unknowns()).isEqualTo(2);
    assertThat(corpus.distinct()).isEqualTo(4);
    assertThat(corpus.known()).isEqualTo(2);
  }

  @Test
  void givenVocabularyProducesTheSameIdsAndHash() throws IOException {
    List<Path> files = List.of(write("1", "some text"), write("2", "more text"));
    Corpus corpus = read(files, VocabularySettings.all(Level.CHARACTER));
    Corpus again = encode(files, corpus.vocabulary());
    assertThat(decode(again)).isEqualTo("some text\nmore text");
    assertThat(again.sha256()).isEqualTo(corpus.sha256());

    write("2", "more test");
    Corpus changed = encode(files, corpus.vocabulary());
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
    Path known = write("1", "abc\n");
    Path other = write("2", "abßab😀ß");
    assertThatThrownBy(() -> encode(List.of(known, other), Vocabulary.of("abc\n")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the model's vocabulary lacks 3 of the text's 11 characters: 'ß' (U+00DF), '😀'"
                + " (U+1F600), first in "
                + other
                + "; a training on this text that starts from the model's weights adds them");
  }

  @Test
  void emptyTextIsRejected() throws IOException {
    List<Path> files = List.of(write("1", ""));
    assertThatThrownBy(() -> read(files, VocabularySettings.all(Level.WORD)))
        .isInstanceOf(InputException.class)
        .hasMessage(files.get(0) + " is empty; use a file with text");
    assertThatThrownBy(() -> encode(files, Vocabulary.of("a")))
        .isInstanceOf(InputException.class)
        .hasMessage(files.get(0) + " is empty; use a file with text");
    List<Path> two = List.of(files.get(0), write("2", ""));
    assertThatThrownBy(() -> read(two, VocabularySettings.all(Level.CHARACTER)))
        .isInstanceOf(InputException.class)
        .hasMessage("all 2 files are empty, starting with " + two.get(0) + "; use files with text");
  }

  @Test
  void tokensAreCountedInPartsOfTheText() throws IOException {
    TokenizedText text =
        TokenizedText.read(
            List.of(write("1", "aab"), write("2", "bca")),
            format(""),
            Level.CHARACTER,
            ReadProgress.NONE);
    TokenIds six = TokenIds.of(1, 0, 0, 0, 0, 0, 0);
    TokenCounts counts =
        text.count(List.of(new TokenRange("", six, 0, 2), new TokenRange("", six, 3, 6)));
    assertThat(counts.count("a")).isEqualTo(3);
    assertThat(counts.count("b")).isEqualTo(1);
    assertThat(counts.count("c")).isEqualTo(1);
    assertThat(text.count().count("b")).isEqualTo(2);
    assertThat(text.encode(Vocabulary.of("abc")).starts()).containsExactly(0, 3);
  }

  @Test
  void manyDistinctTokensAreEncoded() throws IOException {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 70_000; i++) { // more than two bytes can number
      words.append(i % 7 == 0 ? "again" : Integer.toString(i, 36)).append('\n');
    }
    Corpus corpus = read(List.of(write("1", words.toString())), VocabularySettings.all(Level.WORD));
    assertThat(decode(corpus)).isEqualTo(words.toString());
  }

  @Test
  void progressReachesTheBytesOfAllFiles() throws IOException {
    List<Path> files = List.of(write("1", "한".repeat(50_000)), write("2", "abc"));
    List<Long> read = new ArrayList<>();
    TokenizedText.read(
        files,
        TextFormat.UTF_8,
        Level.CHARACTER,
        (bytes, total) -> {
          assertThat(total).isEqualTo(150_003L);
          read.add(bytes);
        });
    assertThat(read).isSorted().endsWith(150_003L).hasSizeGreaterThan(3);
  }

  private static TextFormat format(String separator) {
    return new TextFormat(UTF_8, Malformed.REPORT, separator, TextNormalization.DEFAULT);
  }

  private String read(TextFormat format, String... texts) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String text : texts) {
      files.add(write("file" + files.size(), text));
    }
    TokenizedText text = TokenizedText.read(files, format, Level.CHARACTER, ReadProgress.NONE);
    return decode(
        text.encode(Vocabulary.of(text.count(), VocabularySettings.all(Level.CHARACTER))));
  }

  @Test
  void filesAreSeparatedWhereTheyDoNotEndWithTheSeparator() throws IOException {
    assertThat(read(TextFormat.UTF_8, "cat 001", "cat 002\n", "cat 003\r\n", "", "cat 004"))
        .isEqualTo("cat 001\ncat 002\ncat 003\ncat 004");
    assertThat(read(TextFormat.UTF_8, "", "a", "", "", "b", "")).isEqualTo("a\nb");
    assertThat(read(format(""), "a", "b\n", "c")).isEqualTo("ab\nc");
    assertThat(read(format("<end>"), "a<end>", "b\n", "c")).isEqualTo("a<end>b\n<end>c");
    assertThat(read(format("\n\n"), "a\n", "b\n\n", "c")).isEqualTo("a\n\n\nb\n\nc");
  }

  @Test
  void carriageReturnAtTheEndSeparatesFiles() throws IOException {
    TextNormalization keep = new TextNormalization(Newlines.KEEP, UnicodeForm.NONE);
    assertThat(read(TextFormat.UTF_8.withNormalization(keep), "a\r", "b\r\n", "c", "d\re"))
        .isEqualTo("a\rb\r\nc\nd\re");
  }

  @Test
  void separatorIsPartOfTheFileBeforeIt() throws IOException {
    Corpus corpus =
        read(
            List.of(write("1", "ab"), write("2", ""), write("3", "c")),
            VocabularySettings.all(Level.CHARACTER));
    assertThat(corpus.starts()).startsWith(0).endsWith(3).isSorted();
  }

  @Test
  void textIsNormalizedAcrossChunks() throws IOException {
    String decomposed = "\u1112\u1161\u11abe\u0301 \u0e01\u0e33 \u4e2d\u0301";
    TextFormat nfc =
        TextFormat.UTF_8.withNormalization(new TextNormalization(Newlines.LF, UnicodeForm.NFC));
    for (int before : new int[] {0, 8189, 8190, 8191, 8192}) {
      String text = "x".repeat(before) + decomposed.repeat(1000) + "e";
      assertThat(read(nfc, text, "\u0301b"))
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC) + "\n\u0301b");
    }
    String long1 = "\u1112\u1161".repeat(9000); // no boundary in a chunk
    assertThat(read(nfc, long1)).isEqualTo(Normalizer.normalize(long1, Normalizer.Form.NFC));
  }

  @Test
  void allFilesThatAreNotTextAreNamed() throws IOException {
    String late = "x".repeat(20_000);
    Path first = Files.write(directory.resolve("first"), (late + "\u00e9").getBytes(ISO_8859_1));
    Path zip = write("second", "PK\u0003\u0004");
    List<Path> files = List.of(write("0", "text"), first, write("1", "text"), zip);
    assertThatThrownBy(() -> read(files, VocabularySettings.all(Level.CHARACTER)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "2 files are not text: %s (is not UTF-8 text: byte 0xe9 at offset 20,000), %s (is a"
                + " zip archive); leave them out, as with an exclude pattern, or convert them to"
                + " text",
            first, zip);
  }

  @ParameterizedTest
  @EnumSource
  void bothUnicodeFormsInOneTextAreDescribed(Level level) throws IOException {
    assertThat(tokenize(level, "caf\u00e9 and cafe\u0301").mixedForms())
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("the text has letters in two forms that look the same: composed")
                    .contains("U+00E9", "U+0065 U+0301"));
    for (String text :
        List.of(
            "caf\u00e9 \ud55c na\u00efve",
            "cafe\u0301 \u1112\u1161\u11ab",
            "caf\u00e9 x\u0304", // not a letter that has one code point
            "\u0915\u093c \u00e9")) { // composed forms that NFC does not use
      assertThat(tokenize(level, text).mixedForms()).as(text).isEmpty();
    }
  }

  @Test
  void otherUnicodeFormIsExplainedIfTheModelKnowsIt() throws IOException {
    for (Normalizer.Form form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) {
      Vocabulary vocabulary = Vocabulary.of(Normalizer.normalize("caf\u00e9", form));
      boolean isComposed = form == Normalizer.Form.NFC;
      TokenizedText other = tokenize(Level.CHARACTER, isComposed ? "cafe\u0301" : "caf\u00e9");
      assertThat(other.betterForm(vocabulary)).contains(UnicodeForm.valueOf(form.name()));
      assertThatThrownBy(() -> other.encode(vocabulary))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the model knows some in the Unicode form " + form.name());
    }
    assertThat(tokenize(Level.CHARACTER, "caf\u00e8").betterForm(Vocabulary.of("caf\u00e9")))
        .isEmpty();
  }

  private TokenizedText tokenize(Level level, String text) throws IOException {
    return TokenizedText.read(
        List.of(write("text", text)), TextFormat.UTF_8, level, ReadProgress.NONE);
  }

  private Path write(String name, String text) throws IOException {
    return Files.write(directory.resolve(name), text.getBytes(UTF_8));
  }

  private static Corpus read(List<Path> files, VocabularySettings settings) {
    TokenizedText text =
        TokenizedText.read(files, TextFormat.UTF_8, settings.level(), ReadProgress.NONE);
    return text.encode(Vocabulary.of(text.count(), settings));
  }

  private static Corpus encode(List<Path> files, Vocabulary vocabulary) {
    return TokenizedText.read(files, TextFormat.UTF_8, vocabulary.level(), ReadProgress.NONE)
        .encode(vocabulary);
  }

  private static String decode(Corpus corpus) {
    int[] ids = new int[(int) corpus.ids().size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = corpus.ids().get(i);
    }
    return corpus.vocabulary().decode(ids);
  }
}
