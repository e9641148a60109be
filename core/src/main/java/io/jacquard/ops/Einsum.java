package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Einstein's summation: products of operands, summed over the letters that the result does not have.
 *
 * <pre>{@code
 * var products = Einsum.of("ij,kj->ik", x, y);   // the same as Tensor.einsum, and as x.matmul(y.mT())
 * }</pre>
 *
 * <p>Operands are joined from left to right, two at a time. For a pair, letters fall in four groups: of both and still
 * needed (a batch), of both and needed no more (summed by the product), of the first only, of the second only. Permuted by
 * group and joined within each, the operands are batches of matrices.
 */
public final class Einsum {
  private final EinsumSubscripts subscripts;
  /** The size of each letter; where operands have 1 and n, it is n. */
  private final Map<Character, Long> sizes = new HashMap<>();

  /** An operand, and the letter of each of its dimensions. */
  private record Term(Tensor tensor, String letters) {
    Term sum(int dim) {
      // Integers stay what they were, as in a product of matrices.
      return new Term(tensor.sum(dim).to(tensor.dtype()), without(letters, dim));
    }
  }

  private Einsum(EinsumSubscripts subscripts) {
    this.subscripts = subscripts;
  }

  /** See {@link Tensor#einsum}. */
  public static Tensor of(String subscripts, Tensor... operands) {
    if (operands.length == 0) throw new JacquardException("einsum: expected at least one tensor.");
    var parsed = EinsumSubscripts.of(subscripts, Arrays.stream(operands).map(Tensor::shape).toList());
    for (var operand : operands) {
      if (Autocast.type() == null && operand.dtype() != operands[0].dtype()
          || operand.dtype() == DType.BOOL) {
        throw parsed.error("operands of " + operands[0].dtype() + " and " + operand.dtype()
            + ", expected one type of numbers. Convert with to(DType).");
      }
    }
    return new Einsum(parsed).run(operands);
  }

  private Tensor run(Tensor[] given) {
    var operands = Arrays.stream(given).map(Autocast::ofProduct).toArray(Tensor[]::new);
    var terms = new Term[operands.length];
    for (int i = 0; i < terms.length; i++)
      terms[i] = diagonals(new Term(operands[i], subscripts.operands().get(i)));
    for (int i = 0; i < terms.length; i++) measure(i, terms[i]);
    var joined = terms[0];
    for (int i = 1; i < terms.length; i++) joined = join(joined, terms[i], lettersFrom(terms, i + 1));
    joined = summed(joined, letter -> !has(subscripts.result(), letter));
    return ordered(joined, subscripts.result());
  }

  /** A letter that stands twice in an operand takes the diagonal. */
  private Term diagonals(Term term) {
    var letters = term.letters;
    var tensor = term.tensor;
    for (int d = 0; d < letters.length(); d++) {
      int twin = letters.indexOf(letters.charAt(d), d + 1);
      if (twin < 0) continue;
      if (tensor.size(d) != tensor.size(twin)) {
        throw subscripts.error("'" + letters.charAt(d) + "' is of size " + tensor.size(d) + " and "
            + tensor.size(twin)
            + " in one operand of shape " + term.tensor.shape() + ", expected equal sizes for a diagonal.");
      }
      char letter = letters.charAt(d);
      return diagonals(new Term(tensor.diagonal(0, d, twin), without(without(letters, twin), d) + letter));
    }
    return term;
  }

  private void measure(int operand, Term term) {
    for (int d = 0; d < term.letters.length(); d++) {
      char letter = term.letters.charAt(d);
      long size = term.tensor.size(d);
      long known = sizes.getOrDefault(letter, 1L);
      if (known != size && known != 1 && size != 1) {
        var name = EinsumSubscripts.isHidden(letter) ? "a dimension under '...'" : "'" + letter + "'";
        throw subscripts
            .error(name + " is of size " + known + " and, in operand " + operand + ", of size " + size
                + ". Sizes of one letter must be equal or 1.");
      }
      sizes.put(letter, known == 1 ? size : known);
    }
  }

  private String lettersFrom(Term[] terms, int first) {
    var letters = new StringBuilder(subscripts.result());
    for (int i = first; i < terms.length; i++) letters.append(terms[i].letters);
    return letters.toString();
  }

  /** The product of two terms, summed over the letters that are not {@code needed} any more. */
  private Term join(Term left, Term right, String needed) {
    // What only one of them has, and nobody needs, is summed before the product rather than after.
    var a = summed(left, letter -> !has(right.letters, letter) && !has(needed, letter));
    var b = summed(right, letter -> !has(left.letters, letter) && !has(needed, letter));
    var both = filter(a.letters, letter -> has(b.letters, letter));
    var batch = filter(both, letter -> has(needed, letter));
    var inner = filter(both, letter -> !has(needed, letter));
    var rows = filter(a.letters, letter -> !has(both, letter));
    var columns = filter(b.letters, letter -> !has(both, letter));
    var letters = batch + rows + columns;
    if (inner.isEmpty()) {
      // Nothing is summed, so no product of matrices is needed: [batch, rows, 1...] times [batch, 1...,
      // columns].
      var x = ordered(a, batch + rows);
      for (int k = 0; k < columns.length(); k++) x = x.unsqueeze(-1);
      var y = ordered(b, batch + columns);
      for (int k = 0; k < rows.length(); k++) y = y.unsqueeze(batch.length());
      return new Term(x.mul(y), letters);
    }
    var x = stretched(a, batch + rows + inner).reshape(product(batch), product(rows), product(inner));
    var y = stretched(b, batch + inner + columns).reshape(product(batch), product(inner), product(columns));
    return new Term(
        x.matmul(y).reshape(Shape.of(letters.chars().mapToLong(c -> sizes.get((char) c)).toArray())),
        letters);
  }

  /** The dimensions in the order of {@code letters}, which are all of the term's. */
  private static Tensor ordered(Term term, String letters) {
    return term.tensor.permute(letters.chars().map(term.letters::indexOf).toArray());
  }

  /** As {@link #ordered}, with each letter at its full size. */
  private Tensor stretched(Term term, String letters) {
    var tensor = ordered(term, letters);
    return tensor.expand(Shape.of(letters.chars().mapToLong(c -> sizes.get((char) c)).toArray()));
  }

  private static Term summed(Term term, IntPredicate gone) {
    var left = term;
    for (int d = term.letters.length() - 1; d >= 0; d--) {
      if (gone.test(term.letters.charAt(d))) left = left.sum(d);
    }
    return left;
  }

  private long product(String letters) {
    return letters.chars().mapToLong(c -> sizes.get((char) c)).reduce(1, Math::multiplyExact);
  }

  private static boolean has(String letters, int letter) {
    return letters.indexOf(letter) >= 0;
  }

  private static String filter(String letters, IntPredicate wanted) {
    return letters.chars().filter(wanted).collect(StringBuilder::new, StringBuilder::appendCodePoint,
        StringBuilder::append).toString();
  }

  private static String without(String letters, int position) {
    return letters.substring(0, position) + letters.substring(position + 1);
  }
}
