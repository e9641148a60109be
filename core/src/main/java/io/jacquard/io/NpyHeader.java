package io.jacquard.io;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The header of a .npy file: a dictionary with three entries, as Python writes it. It is taken apart by hand, since it
 * comes from a stranger; nothing in it is evaluated.
 *
 * @param fortranOrder whether the first dimension runs fastest
 */
record NpyHeader(DType dtype, ByteOrder order, boolean fortranOrder, Shape shape) {
  /** As many as NumPy's arrays may have. */
  private static final int MAX_DIMENSIONS = 64;
  /** NumPy leaves room for the first size to grow to so many digits. */
  private static final int GROWING_DIGITS = 21;
  private static final String KNOWN = "float16, float32, float64, int32, int64, uint8 or bool";

  /** The size of all elements in bytes. */
  long bytes() {
    return shape.numel() * dtype.bytes();
  }

  static NpyHeader parse(String file, String text) {
    return new Parser(file, text).parse();
  }

  /** As NumPy writes it, up to the padding that its place in the file needs. */
  String text() {
    var sizes = LongStream.of(shape.sizes()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    var tuple = "(" + sizes + (shape.rank() == 1 ? ",)" : ")");
    var text = "{'descr': '" + descr(dtype) + "', 'fortran_order': " + (fortranOrder ? "True" : "False")
        + ", 'shape': " + tuple + ", }";
    if (shape.rank() == 0) return text;
    long growing = shape.size(fortranOrder ? shape.rank() - 1 : 0);
    return text + " ".repeat(GROWING_DIGITS - Long.toString(growing).length());
  }

  /** NumPy's letters for a type, in little-endian order; null if it has none. */
  static @Nullable String descr(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case UINT8 -> "|u1";
      case BOOL -> "|b1";
      case BFLOAT16 -> null;
    };
  }

  private static final class Parser {
    private final String file;
    private final String text;
    private int at;

    Parser(String file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyHeader parse() {
      @Nullable
      String descr = null;
      @Nullable
      Boolean fortranOrder = null;
      long @Nullable [] sizes = null;
      expect('{');
      while (!skips('}')) {
        var key = string();
        expect(':');
        switch (key) {
          case "descr" -> {
            requireNew(key, descr);
            descr = descr();
          }
          case "fortran_order" -> {
            requireNew(key, fortranOrder);
            fortranOrder = bool();
          }
          case "shape" -> {
            requireNew(key, sizes);
            sizes = sizes();
          }
          default -> throw Npy.refuse(file,
              "its header has an entry '" + Npy.quoted(key)
                  + "', expected only descr, fortran_order and shape.");
        }
        if (!skips(',')) {
          expect('}');
          break;
        }
      }
      if (at < text.stripTrailing().length()) throw unexpected("nothing after the dictionary");
      if (descr == null || fortranOrder == null || sizes == null)
        throw Npy.refuse(file, "its header lacks an entry; expected descr, fortran_order and shape.");
      var dtype = dtype(descr);
      var order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      return new NpyHeader(dtype, order, fortranOrder, shape(dtype, sizes));
    }

    private void requireNew(String key, @Nullable Object before) {
      if (before != null) throw Npy.refuse(file, "its header has two entries '" + key + "'.");
    }

    private Shape shape(DType dtype, long[] sizes) {
      long bytes = dtype.bytes();
      try {
        // Without the zeros too: else [2^62, 2^62, 0] would pass, and overflow where it is reshaped.
        for (long size : sizes) bytes = Math.multiplyExact(bytes, Math.max(1, size));
      } catch (ArithmeticException _) {
        throw Npy.refuse(file,
            "its shape " + Arrays.toString(sizes) + " has more bytes than 64 bits can count.");
      }
      return Shape.of(sizes);
    }

    private DType dtype(String descr) {
      var known = descr.isEmpty() ? "" : descr.substring(1);
      var type = switch (known) {
        case "f2" -> DType.FLOAT16;
        case "f4" -> DType.FLOAT32;
        case "f8" -> DType.FLOAT64;
        case "i4" -> DType.INT32;
        case "i8" -> DType.INT64;
        case "u1" -> DType.UINT8;
        case "b1" -> DType.BOOL;
        default -> null;
      };
      if (type == null) throw otherType(descr);
      char order = descr.charAt(0);
      if (order != '<' && order != '>' && (order != '|' || type.bytes() > 1))
        throw Npy.refuse(file, "its type '" + Npy.quoted(descr) + "' names no byte order, expected < or >.");
      return type;
    }

    private JacquardException otherType(String descr) {
      char kind = descr.length() < 2 ? ' ' : descr.charAt(1);
      var what = switch (kind) {
        case 'O' -> "Python objects, which only running code could bring back";
        case 'S', 'U', 'a' -> "texts";
        case 'V' -> "bytes of no known type, which bfloat16 becomes in NumPy";
        case 'c' -> "complex numbers";
        case 'M', 'm' -> "dates or durations";
        default -> "of type '" + Npy.quoted(descr) + "'";
      };
      var cure = switch (kind) {
        case 'i', 'u', 'f', 'b' ->
          " In NumPy: np.save(path, a.astype('" + (kind == 'f' ? "float64" : "int64") + "')).";
        default -> "";
      };
      return new JacquardException(
          file + " has elements that Jacquard cannot read: " + what + "; expected " + KNOWN + "." + cure);
    }

    // tokens

    private String descr() {
      char c = peek();
      if (c == '[' || c == '(') {
        throw new JacquardException(
            file + " has records of several fields, which Jacquard cannot read; expected "
                + KNOWN + ". Save each field in a file of its own.");
      }
      return string();
    }

    private long[] sizes() {
      expect('(');
      var sizes = new long[MAX_DIMENSIONS];
      int count = 0;
      while (!skips(')')) {
        if (count == MAX_DIMENSIONS)
          throw Npy.refuse(file, "its shape has more than " + MAX_DIMENSIONS + " dimensions.");
        sizes[count++] = size();
        if (!skips(',')) {
          expect(')');
          break;
        }
      }
      return Arrays.copyOf(sizes, count);
    }

    private long size() {
      peek();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
      if (at == start) throw unexpected("a size, which is a whole number from 0 on");
      try {
        long size = Long.parseLong(text, start, at, 10);
        if (at < text.length() && text.charAt(at) == 'L') at++; // Python 2 wrote long numbers so
        return size;
      } catch (NumberFormatException _) {
        throw Npy.refuse(file, "its shape has the size " + Npy.quoted(text.substring(start, at))
            + ", expected at most " + Long.MAX_VALUE + ".");
      }
    }

    private boolean bool() {
      peek();
      for (var word : new String[]{"True", "False"}) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw unexpected("True or False");
    }

    private String string() {
      char quote = peek();
      if (quote != '\'' && quote != '"') throw unexpected("a text in quotes");
      int end = text.indexOf(quote, at + 1);
      if (end < 0) throw unexpected("a quote that ends the text");
      var inside = text.substring(at + 1, end);
      at = end + 1;
      return inside;
    }

    /** The next character that is no space, which stays the next one; 0 at the end. */
    private char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean skips(char c) {
      if (peek() != c) return false;
      at++;
      return true;
    }

    private void expect(char c) {
      if (!skips(c)) throw unexpected("'" + c + "'");
    }

    private JacquardException unexpected(String expected) {
      var rest = text.substring(Math.min(at, text.length()));
      return Npy.refuse(file, "at character " + at + " of its header stands "
          + (rest.isBlank() ? "nothing" : "'" + Npy.quoted(rest) + "'") + ", expected " + expected + ".");
    }
  }

  byte[] latin1() {
    return text().getBytes(StandardCharsets.ISO_8859_1);
  }
}
