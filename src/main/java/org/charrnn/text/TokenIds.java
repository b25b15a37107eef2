package org.charrnn.text;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A compact list of token ids: one byte per id for a vocabulary of up to 256 tokens, two for up to
 * 65,536, otherwise four. It may be longer than an array.
 */
public final class TokenIds implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int CHUNK_BITS = 16;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private int vocabularySize;
  private int width; // bytes per id
  private final ArrayList<byte[]> chunks = new ArrayList<>(); // of CHUNK ids each, little-endian
  private long size;

  /**
   * Creates an empty list.
   *
   * @param vocabularySize exclusive upper bound of the ids
   */
  public TokenIds(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    this.width = bytesPerId(vocabularySize);
  }

  private static int bytesPerId(int vocabularySize) {
    return vocabularySize <= 1 << 8 ? 1 : vocabularySize <= 1 << 16 ? 2 : 4;
  }

  /** Returns a list of the given ids, each below {@code vocabularySize}. */
  public static TokenIds of(int vocabularySize, int... ids) {
    TokenIds list = new TokenIds(vocabularySize);
    for (int id : ids) {
      list.add(id);
    }
    return list;
  }

  /**
   * Appends an id.
   *
   * @throws IndexOutOfBoundsException if it is negative or not below the vocabulary size
   */
  public void add(int id) {
    Objects.checkIndex(id, vocabularySize);
    int index = (int) size & (CHUNK - 1);
    if (index == 0) {
      chunks.add(new byte[CHUNK * width]);
    }
    byte[] chunk = chunks.get(chunks.size() - 1);
    int offset = index * width;
    for (int i = 0; i < width; i++) {
      chunk[offset + i] = (byte) (id >> (8 * i));
    }
    size++;
  }

  /**
   * Makes room for larger ids.
   *
   * @param largerSize exclusive upper bound of the ids from now on, at least the present one
   */
  public void widen(int largerSize) {
    int newWidth = bytesPerId(largerSize);
    if (newWidth > width) {
      for (int k = 0; k < chunks.size(); k++) {
        byte[] wide = new byte[CHUNK * newWidth];
        for (int i = 0; i < CHUNK; i++) {
          System.arraycopy(chunks.get(k), i * width, wide, i * newWidth, width);
        }
        chunks.set(k, wide);
      }
      width = newWidth;
    }
    vocabularySize = largerSize;
  }

  /** Returns the id at an index, from 0. */
  public int get(long index) {
    Objects.checkIndex(index, size);
    byte[] chunk = chunks.get((int) (index >> CHUNK_BITS));
    int offset = ((int) index & (CHUNK - 1)) * width;
    int id = 0;
    for (int i = 0; i < width; i++) {
      id |= (chunk[offset + i] & 0xff) << (8 * i);
    }
    return id;
  }

  /** Returns the number of ids. */
  public long size() {
    return size;
  }

  /** Returns the number of bytes that an id takes: 1, 2 or 4. */
  public int bytesPerId() {
    return width;
  }

  /** Returns the SHA-256 of the stored ids (little-endian bytes) in hexadecimal. */
  public String sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
    long remaining = size * width;
    for (byte[] chunk : chunks) {
      int length = (int) Math.min(remaining, chunk.length);
      digest.update(chunk, 0, length);
      remaining -= length;
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
