package org.charrnn.config;

import java.util.List;
import org.charrnn.text.Level;

/**
 * What a run learned from.
 *
 * @param level what its tokens are
 * @param unknown whether one token stands for all that are not in the vocabulary
 * @param files the files read, in order; none for the lab's own sentence
 * @param encoding of the files
 * @param malformed what was done about broken bytes
 * @param tokens length of the text
 * @param sha256 of the text's ids, in hexadecimal
 */
public record TextConfig(
    Level level,
    boolean unknown,
    List<String> files,
    String encoding,
    String malformed,
    long tokens,
    String sha256) {}
