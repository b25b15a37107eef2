package org.charrnn.text;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A long row of token ids in little memory: one byte each while the vocabulary has at most 256
 * tokens, two up to 65,536, else four. It may be longer than an array.
 */
public final class TokenIds implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int CHUNK_BITS = 16;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final int vocabularySize;
  private final int width; // bytes an id
  private final ArrayList<byte[]> chunks = new ArrayList<>(); // of CHUNK ids each, little-endian
  private long size;

  /** An empty row of ids below a bound. */
  public TokenIds(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    this.width = vocabularySize <= 1 << 8 ? 1 : vocabularySize <= 1 << 16 ? 2 : 4;
  }

  /** Returns the row of these ids. */
  public static TokenIds of(int vocabularySize, int... ids) {
    TokenIds row = new TokenIds(vocabularySize);
    for (int id : ids) {
      row.add(id);
    }
    return row;
  }

  /** Appends an id. */
  public void add(int id) {
    Objects.checkIndex(id, vocabularySize);
    int place = (int) size & (CHUNK - 1);
    if (place == 0) {
      chunks.add(new byte[CHUNK * width]);
    }
    byte[] chunk = chunks.get(chunks.size() - 1);
    int at = place * width;
    for (int i = 0; i < width; i++) {
      chunk[at + i] = (byte) (id >> (8 * i));
    }
    size++;
  }

  /** Returns the id at a place. */
  public int get(long index) {
    Objects.checkIndex(index, size);
    byte[] chunk = chunks.get((int) (index >> CHUNK_BITS));
    int at = ((int) index & (CHUNK - 1)) * width;
    int id = 0;
    for (int i = 0; i < width; i++) {
      id |= (chunk[at + i] & 0xff) << (8 * i);
    }
    return id;
  }

  /** How many ids there are. */
  public long size() {
    return size;
  }

  /** Bytes that each id takes. */
  public int bytesPerId() {
    return width;
  }

  /** SHA-256 of the ids as they are stored, little-endian, in hexadecimal. */
  public String sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
    long left = size * width;
    for (byte[] chunk : chunks) {
      int length = (int) Math.min(left, chunk.length);
      digest.update(chunk, 0, length);
      left -= length;
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
