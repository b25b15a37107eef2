package org.charrnn.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.charrnn.text.Level;
import org.charrnn.text.Newlines;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.TokenCounts;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Tokenizer;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.WordRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/** Compares the text operations of a graph with Java's. */
class TextOpsTest {
  /** Special cases of the word tokenizer, and characters of one to four bytes in UTF-8. */
  private static final String[] PIECES = {
    "a",
    "Z",
    "7",
    "_",
    "가",
    "中",
    "𠀀",
    "ー",
    "ﾞ",
    "ไท",
    "น้ำ",
    "๒",
    "ລາ",
    "ភាស",
    "မြန်",
    "é",
    "𝒳",
    "'",
    "\u2019",
    " ",
    "  ",
    "\n",
    "\t",
    "\u00a0",
    "\u2028",
    "\u0301",
    "\u0903",
    "\u20dd",
    "\u200d",
    "\ufe0f",
    ".",
    "-",
    "😀",
    "\u0000",
    "\ufeff",
    "\ufffd",
    "it's",
    "'tis",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "''",
    "'\u0301'\u0301"
  };

  private static List<String> randomTexts(long seed, int count) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              StringBuilder text = new StringBuilder();
              random
                  .ints(random.nextInt(24), 0, PIECES.length)
                  .forEach(piece -> text.append(PIECES[piece]));
              return text.toString();
            })
        .toList();
  }

  /** Encodes all texts at once in a graph and returns the ids of each. */
  private static List<int[]> encode(Vocabulary vocabulary, List<String> texts) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      var strings = tf.constant(NdArrays.vectorOfObjects(texts.toArray(String[]::new)));
      TextOps.Encoded encoded =
          new TextOps(vocabulary, TextNormalization.DEFAULT).encode(tf, strings);
      try (Result result = session.runner().fetch(encoded.ids()).fetch(encoded.rowSplits()).run()) {
        int[] ids = StdArrays.array1dCopyOf((TInt32) result.get(0));
        int[] splits = StdArrays.array1dCopyOf((TInt32) result.get(1));
        return IntStream.range(0, texts.size())
            .mapToObj(i -> Arrays.copyOfRange(ids, splits[i], splits[i + 1]))
            .toList();
      }
    }
  }

  private static Vocabulary vocabulary(Level level, List<String> texts, Integer size) {
    TokenCounts counts = new TokenCounts();
    texts.forEach(text -> Tokenizer.tokens(level, text).forEach(counts::add));
    return Vocabulary.of(counts, new VocabularySettings(level, 1, size));
  }

  @ParameterizedTest
  @EnumSource
  void idsEqualThoseOfJava(Level level) {
    List<String> texts = randomTexts(1, 3000);
    for (Integer size : new Integer[] {null, 20}) { // without and with unknown tokens
      Vocabulary vocabulary = vocabulary(level, texts, size);
      List<int[]> ids = encode(vocabulary, texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(ids.get(i))
            .as("'%s'", Level.escape(texts.get(i)))
            .isEqualTo(vocabulary.encode(texts.get(i)));
      }
    }
  }

  /** Texts of an early model are split by its rules. */
  @Test
  void idsByEarlyRulesEqualThoseOfJava() {
    List<String> texts = randomTexts(3, 1000);
    Tokenization early = new Tokenization(Level.WORD, WordRules.SPACES);
    List<String> tokens =
        texts.stream().flatMap(text -> Tokenizer.tokens(early, text).stream()).distinct().toList();
    Vocabulary vocabulary = Vocabulary.of(early, tokens, false);
    List<int[]> ids = encode(vocabulary, texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(vocabulary.decode(ids.get(i))).isEqualTo(texts.get(i));
      assertThat(ids.get(i)).isEqualTo(vocabulary.encode(texts.get(i)));
    }
  }

  @Test
  void firstWordIsFoundWithAndWithoutItsSpace() {
    List<String> tokens = List.of(" crown", "King", " a", "a", "\n", "\"", "<unk>", "中", " 国");
    Vocabulary words = Vocabulary.of(Level.WORD, tokens, true);
    assertThat(
            encode(
                words,
                List.of("crown a", "", " King a", "a crown", "\n\"crown", "a\ncrown", " ", "国中")))
        .containsExactly(
            new int[] {0, 2},
            new int[] {},
            new int[] {1, 2},
            new int[] {3, 0},
            new int[] {4, 5, 0},
            new int[] {3, 4, 6},
            new int[] {6},
            new int[] {8, 7});
  }

  /** Half of the forms of the words are missing, so that many are found in the other one. */
  @Test
  void idsEqualThoseOfJavaIfManyFormsAreMissing() {
    List<String> texts = randomTexts(4, 3000);
    List<String> all = vocabulary(Level.WORD, texts, null).tokens();
    List<String> half =
        new ArrayList<>(IntStream.range(0, all.size() / 2).mapToObj(i -> all.get(2 * i)).toList());
    half.add(Level.WORD.unknown());
    Vocabulary vocabulary = Vocabulary.of(Level.WORD, half, true);
    List<int[]> ids = encode(vocabulary, texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(ids.get(i))
          .as("'%s'", Level.escape(texts.get(i)))
          .isEqualTo(vocabulary.encode(texts.get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decodingJoinsTheTokens(Level level) {
    List<String> texts = randomTexts(2, 200);
    Vocabulary vocabulary = vocabulary(level, texts, null);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      TextOps text = new TextOps(vocabulary, TextNormalization.DEFAULT);
      List<String> decoded = new ArrayList<>();
      for (String each : texts) {
        var ids = tf.constant(vocabulary.encode(each));
        try (Result result = session.runner().fetch(text.decode(tf, ids)).run()) {
          decoded.add(((TString) result.get(0)).getObject());
        }
      }
      assertThat(decoded).isEqualTo(texts);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lineEndsBecomeThoseOfTheModel(Newlines newlines) {
    Vocabulary vocabulary = Vocabulary.of("a\r\n");
    TextNormalization normalization = new TextNormalization(newlines, UnicodeForm.NFC);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      TextOps text = new TextOps(vocabulary, normalization);
      for (String each : List.of("", "\r", "a\r\na\ra\n\r\r\n\na", "\r\r\r\n")) {
        try (Result result = session.runner().fetch(text.normalize(tf, tf.constant(each))).run()) {
          assertThat(((TString) result.get(0)).getObject()).isEqualTo(newlines.apply(each));
        }
      }
    }
  }

  @Test
  void unicodeFormIsNamedIfTokensAreUnknown() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      TextOps text =
          new TextOps(
              Vocabulary.of("caf\u00e9"), new TextNormalization(Newlines.LF, UnicodeForm.NFC));
      var encoded = text.encode(tf, tf.constant(NdArrays.vectorOfObjects("cafe\u0301")));
      assertThatThrownBy(() -> session.runner().fetch(encoded.ids()).run())
          .isInstanceOf(TFInvalidArgumentException.class)
          .hasMessageContaining(
              "characters that are not in the vocabulary (texts must be in the Unicode form"
                  + " NFC, as by unicodedata.normalize):] [`e`");
    }
  }

  @Test
  void emptyTextsHaveNoIds() {
    Vocabulary vocabulary = Vocabulary.of("ab");
    assertThat(encode(vocabulary, List.of(""))).containsExactly(new int[0]);
    assertThat(encode(vocabulary, List.of("", "ba", "")))
        .containsExactly(new int[0], new int[] {1, 0}, new int[0]);
  }

  @Test
  void distinctUnknownTokensAreNamedInOrder() {
    assertThatThrownBy(() -> encode(Vocabulary.of("ab"), List.of("aéb\té", "😀")))
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("characters that are not in the vocabulary:] [`é`, `\\t`, `😀`");
    Vocabulary words = Vocabulary.of(Level.WORD, List.of("one", " two"), false);
    assertThatThrownBy(() -> encode(words, List.of("one two three")))
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("words that are not in the vocabulary:] [` three`");
  }
}
