package io.jacquard.data.text;

import io.jacquard.JacquardException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tokens that a text is made of, as numbers from 0 to {@link #size} - 1.
 *
 * <pre>{@code
 * var vocabulary = Vocabulary.characters("to be or not to be");
 * int[] tokens = vocabulary.encode("to be");
 * String again = vocabulary.decode(tokens);
 * }</pre>
 */
public sealed interface Vocabulary {
  /** The number of different tokens. */
  int size();

  /** @throws JacquardException on what this vocabulary has no token for, with its place in the text */
  int[] encode(String text);

  /** @throws JacquardException on a number that is no token */
  String decode(int... tokens);

  /** Every character (Unicode code point) of a text is a token; they are numbered in Unicode's order. */
  static Vocabulary characters(String text) {
    return new Characters(text.codePoints().sorted().distinct().toArray());
  }

  /** The 256 bytes of UTF-8: any text can be encoded. */
  static Vocabulary bytes() {
    return new Bytes();
  }

  /**
   * The {@code most} frequent words of a text, and {@value Words#UNKNOWN}, which is token 0 and stands for all others.
   * Words are runs of letters, digits and apostrophes; any other character but a space is one for itself.
   */
  static Vocabulary words(String text, int most) {
    if (most < 1)
      throw new JacquardException("Vocabulary.words: most is " + most + ", expected 1 or more.");
    var counts = Words.split(text).collect(Collectors.groupingBy(w -> w, Collectors.counting()));
    var frequent = counts.entrySet().stream()
        // Equal counts in the order of the letters, so that the same text always gives the same numbers.
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry::getKey))
        .limit(most).map(Map.Entry::getKey);
    return Words.of(Stream.concat(Stream.of(Words.UNKNOWN), frequent).toList());
  }

  private static int requireToken(int token, int size) {
    if (token < 0 || token >= size) {
      throw new JacquardException(
          "Vocabulary: there is no token " + token + ", expected 0 to " + (size - 1) + ".");
    }
    return token;
  }

  /**
   * Code points, ascending.
   *
   * <pre>{@code
   * var digits = new Vocabulary.Characters("0123456789".codePoints().toArray());
   * }</pre>
   */
  record Characters(int[] codePoints) implements Vocabulary {
    public Characters {
      codePoints = codePoints.clone();
      for (int i = 1; i < codePoints.length; i++) {
        if (codePoints[i - 1] >= codePoints[i])
          throw new JacquardException("Vocabulary: the characters are not in ascending order.");
      }
      if (codePoints.length == 0)
        throw new JacquardException("Vocabulary: there are no characters, expected at least one.");
    }

    @Override
    public int size() {
      return codePoints.length;
    }

    @Override
    public int[] encode(String text) {
      var points = text.codePoints().toArray();
      for (int i = 0; i < points.length; i++) {
        int token = Arrays.binarySearch(codePoints, points[i]);
        if (token < 0) {
          throw new JacquardException("Vocabulary: character '" + Character.toString(points[i]) + "' ("
              + String.format("U+%04X", points[i]) + ") at place " + i + " is none of the " + size()
              + " known ones. Make the vocabulary of all texts that are to be encoded, or use bytes().");
        }
        points[i] = token;
      }
      return points;
    }

    @Override
    public String decode(int... tokens) {
      var text = new StringBuilder();
      for (int token : tokens) text.appendCodePoint(codePoints[requireToken(token, size())]);
      return text.toString();
    }
  }

  /**
   * The bytes of UTF-8. What a model made up need not be UTF-8: wrong bytes are decoded as the replacement character.
   *
   * <pre>{@code
   * int[] tokens = new Vocabulary.Bytes().encode("é");   // 195, 169
   * }</pre>
   */
  record Bytes() implements Vocabulary {
    @Override
    public int size() {
      return 256;
    }

    @Override
    public int[] encode(String text) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      var tokens = new int[bytes.length];
      for (int i = 0; i < tokens.length; i++) tokens[i] = bytes[i] & 0xff;
      return tokens;
    }

    @Override
    public String decode(int... tokens) {
      var bytes = new byte[tokens.length];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) requireToken(tokens[i], 256);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /**
   * Words and their numbers.
   *
   * <pre>{@code
   * var few = Vocabulary.Words.of(List.of(Vocabulary.Words.UNKNOWN, "to", "be"));
   * }</pre>
   *
   * @param words by number; the first stands for all that are not listed
   * @param numbers of the words
   */
  record Words(List<String> words, Map<String, Integer> numbers) implements Vocabulary {
    /** Stands for every word that is not listed. */
    public static final String UNKNOWN = "<unk>";
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}'’]+|\\S");

    /** @param words each once, {@link #UNKNOWN} first */
    public static Words of(List<String> words) {
      if (words.isEmpty() || !words.getFirst().equals(UNKNOWN))
        throw new JacquardException("Vocabulary: the first word is not " + UNKNOWN + ".");
      var numbers = new HashMap<String, Integer>();
      for (int i = 0; i < words.size(); i++) {
        if (numbers.put(words.get(i), i) != null)
          throw new JacquardException("Vocabulary: the word '" + words.get(i) + "' comes twice.");
      }
      return new Words(List.copyOf(words), Map.copyOf(numbers));
    }

    static Stream<String> split(String text) {
      return WORD.matcher(text).results().map(MatchResult::group);
    }

    @Override
    public int size() {
      return words.size();
    }

    @Override
    public int[] encode(String text) {
      return split(text).mapToInt(word -> numbers.getOrDefault(word, 0)).toArray();
    }

    /** The words with a space between each two. */
    @Override
    public String decode(int... tokens) {
      return Arrays.stream(tokens).mapToObj(t -> words.get(requireToken(t, size())))
          .collect(Collectors.joining(" "));
    }
  }
}
