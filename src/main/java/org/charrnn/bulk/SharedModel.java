package org.charrnn.bulk;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Vocabulary;

/**
 * A trained model in the form in which it is sent to an engine's tasks.
 *
 * @param tokens of the vocabulary, in the order of their ids
 * @param hasUnknown whether one of them is the unknown token
 * @param weights in the order of {@link ModelConfig#weightShapes()}
 */
@SuppressWarnings("ArrayRecordComponent") // a data carrier, never compared
record SharedModel(
    ModelConfig network,
    Tokenization tokenization,
    ArrayList<String> tokens,
    boolean hasUnknown,
    float[][] weights)
    implements Serializable {

  static SharedModel of(TrainedModel model) {
    Vocabulary vocabulary = model.vocabulary();
    return new SharedModel(
        model.config().model(),
        vocabulary.tokenization(),
        new ArrayList<>(vocabulary.tokens()),
        vocabulary.hasUnknown(),
        VariableValue.arrays(model.weights()));
  }

  Vocabulary vocabulary() {
    return Vocabulary.of(tokenization, tokens, hasUnknown);
  }

  List<VariableValue> weightValues() {
    List<VariableValue> values = new ArrayList<>();
    network
        .weightShapes()
        .forEach(
            (name, shape) -> values.add(new VariableValue(name, shape, weights[values.size()])));
    return values;
  }
}
