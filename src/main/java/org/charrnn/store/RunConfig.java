package org.charrnn.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What {@code config.json} tells of a run: every number that it was made with, derived ones too, so
 * that it can be repeated.
 *
 * @param textCharacters length of the text
 * @param textSha256 of the text in UTF-8, in hexadecimal
 * @param initFrom the checkpoint the weights came from, or null
 */
public record RunConfig(
    String version,
    String cell,
    int layers,
    int hidden,
    int classes,
    @JsonProperty("sequence_length") int sequenceLength,
    int windows,
    @JsonProperty("learning_rate") float learningRate,
    int steps,
    long seed,
    @JsonProperty("text_characters") int textCharacters,
    @JsonProperty("text_sha256") String textSha256,
    @JsonProperty("init_from") String initFrom) {}
