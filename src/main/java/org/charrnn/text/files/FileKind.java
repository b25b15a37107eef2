package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Optional;

/**
 * A kind of file that is not plain text, recognized by its first bytes.
 *
 * @param start how files of the kind start; a dot stands for any byte
 * @param description what a file is, and what to do
 */
record FileKind(String start, String description) {
  /** The number of bytes that are needed to recognize all kinds. */
  static final int HEADER = 512;

  private static final FileKind GZIP =
      new FileKind(
          "\u001f\u008b\b", "is compressed twice with gzip; decompress it first, as with gunzip");

  private static final String TAR_MARK = "ustar";
  private static final int TAR_MARK_OFFSET = 257;

  /** More specific kinds first. */
  private static final List<FileKind> KINDS =
      List.of(
          compressed("BZh.1AY&SY", "bzip2", "bunzip2"),
          compressed("BZh.\u0017rE8P\u0090", "bzip2", "bunzip2"),
          compressed("\u00fd7zXZ\0", "xz", "unxz"),
          compressed("(\u00b5/\u00fd", "zstd", "unzstd"),
          compressed("\u0004\"M\u0018", "lz4", "unlz4"),
          compressed("LZIP\u0001", "lzip", "lzip -d"),
          compressed("]\0\0.\0", "lzma", "unlzma"),
          compressed("\u001f\u009d", "compress", "uncompress"),
          compressed("\u00ff\u0006\0\0sNaPpY", "snappy", "snzip -d"),
          archive("7z\u00bc\u00af'\u001c", "7z"),
          archive("Rar!\u001a\u0007", "RAR"),
          document("%PDF-.", "a PDF document", "pdftotext"),
          document("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "a Word document", "Word"));

  private static final List<FileKind> ZIPS =
      List.of(
          document("epub+zip", "an EPUB book", "pandoc"),
          document("opendocument", "an OpenDocument file", "pandoc"),
          document("[Content_Types].xml", "an Office document", "pandoc"));

  private static final FileKind ZIP = archive("PK", "zip");

  private static FileKind compressed(String start, String program, String decompress) {
    return new FileKind(
        start,
        "is compressed with %s; only gzip is read, so decompress it first, as with %s"
            .formatted(program, decompress));
  }

  private static FileKind archive(String start, String program) {
    return new FileKind(
        start, "is a %s archive; extract it and use the files in it".formatted(program));
  }

  private static FileKind document(String start, String what, String program) {
    return new FileKind(
        start, "is %s; save it as plain text first, as with %s".formatted(what, program));
  }

  /** Whether the bytes are the start of a gzip file. */
  static boolean isGzip(byte[] header) {
    return new String(header, ISO_8859_1).startsWith(GZIP.start);
  }

  /**
   * Recognizes a file.
   *
   * @param header its first bytes, decompressed if it is a gzip file
   * @return empty if it may be text
   */
  static Optional<FileKind> of(byte[] header) {
    String start = new String(header, ISO_8859_1);
    if (start.startsWith("PK\u0003\u0004") || start.startsWith("PK\u0005\u0006")) {
      return Optional.of(
          ZIPS.stream().filter(kind -> start.contains(kind.start)).findFirst().orElse(ZIP));
    }
    if (start.startsWith(TAR_MARK, TAR_MARK_OFFSET) && start.indexOf('\0') >= 0) {
      return Optional.of(archive(TAR_MARK, "tar"));
    }
    return isGzip(header)
        ? Optional.of(GZIP)
        : KINDS.stream().filter(kind -> kind.matches(start)).findFirst();
  }

  private boolean matches(String header) {
    int length = start.length();
    if (header.length() < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (start.charAt(i) != '.' && start.charAt(i) != header.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
