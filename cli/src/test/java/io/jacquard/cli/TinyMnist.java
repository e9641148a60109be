package io.jacquard.cli;

import io.jacquard.data.Digits;
import io.jacquard.data.GeneratedDigits;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The four files of MNIST, with few digits in them. */
final class TinyMnist {
  static final int TRAIN = 400;
  static final int TEST = 100;

  private TinyMnist() {}

  static Path in(Path folder) throws IOException {
    return in(folder, TRAIN);
  }

  static Path in(Path folder, int train) throws IOException {
    return write(folder, GeneratedDigits.digits(5, 0, train), GeneratedDigits.digits(5, 1, TEST));
  }

  static Path write(Path folder, Digits train, Digits test) throws IOException {
    Files.createDirectories(folder);
    write(folder, "train", train);
    write(folder, "t10k", test);
    return folder;
  }

  private static void write(Path folder, String stem, Digits digits) throws IOException {
    Files.write(folder.resolve(stem + "-images-idx3-ubyte"),
        idx(digits.images(), digits.count(), Digits.SIDE, Digits.SIDE));
    Files.write(folder.resolve(stem + "-labels-idx1-ubyte"), idx(digits.labels(), digits.count()));
  }

  private static byte[] idx(byte[] data, int... shape) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(0x0800 + shape.length);
    for (int size : shape) out.writeInt(size);
    out.write(data);
    return bytes.toByteArray();
  }
}
