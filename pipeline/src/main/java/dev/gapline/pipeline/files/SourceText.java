package dev.gapline.pipeline.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a file of limited size, and the name by which messages call it.
 *
 * @param file as the person named it
 */
record SourceText(String file, String text) {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Reads an ordinary UTF-8 file of at most {@code limit} bytes. */
  static SourceText read(Path path, int limit) {
    String file = path.toString();
    if (Files.isDirectory(path)) {
      throw InvalidInput.in(file, "this is a folder. A YAML file is valid.");
    }
    if (!Files.exists(path)) {
      throw InvalidInput.in(file, "there is no such file.");
    }
    if (!Files.isRegularFile(path)) {
      throw InvalidInput.in(file, "this is not an ordinary file. A YAML file is valid.");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(limit + 1);
    } catch (IOException e) {
      throw new InvalidInput("%s: the file cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
    if (bytes.length > limit) {
      throw InvalidInput.in(
          file, "the file is too large. At most %d MiB is valid.".formatted(limit >> 20));
    }
    return new SourceText(file, decoded(file, bytes));
  }

  private static String decoded(String file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = decoder.decode(in).toString();
      int nul = text.indexOf('\0');
      if (nul >= 0) {
        throw binary(file, lineOf(text.substring(0, nul)), null);
      }
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      String before = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
      throw binary(file, lineOf(before), e);
    }
  }

  private static InvalidInput binary(String file, int line, Throwable cause) {
    return new InvalidInput(
        "%s:%d: file: this is a binary file. Text in UTF-8 is valid.".formatted(file, line), cause);
  }

  /** The line on which the text that follows begins, counted from 1. */
  static int lineOf(String before) {
    return 1 + (int) before.chars().filter(c -> c == '\n').count();
  }
}
