package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Einstein's summation, against a loop over all letters; dot and outer products. */
final class EinsumOps {
  private EinsumOps() {}

  /**
   * @param text the subscripts as a user writes them
   * @param full the same with a letter for each dimension, and a result
   */
  private record Sum(String text, String full, Shape... shapes) {
    @Override
    public String toString() {
      return text + " of " + Arrays.toString(shapes);
    }
  }

  private static Sum sum(String text, Shape... shapes) {
    return new Sum(text, text.replace(" ", ""), shapes);
  }

  private static Sum sum(String text, String full, Shape... shapes) {
    return new Sum(text, full, shapes);
  }

  private static Shape s(long... sizes) {
    return Shape.of(sizes);
  }

  /** The types of products of matrices. */
  private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);

  private static final List<Sum> SUMS = List.of(sum("ij,jk->ik", s(2, 3), s(3, 4)),
      sum("ij , kj -> ki", s(2, 3), s(4, 3)), sum("bij,bjk->bik", s(2, 3, 2), s(2, 2, 4)),
      sum("bqhd,bkhd->bhqk", s(2, 3, 2, 4), s(2, 5, 2, 4)), sum("i,i->", s(5), s(5)),
      sum("i,j->ij", s(3), s(2)),
      sum("i,j->ji", s(3), s(2)), sum("ij->ji", s(2, 3)), sum("ij->", s(2, 3)), sum("ij->j", s(2, 3)),
      sum("ii->", s(3, 3)), sum("ii->i", s(3, 3)), sum("iij->ji", s(2, 2, 3)), sum("iii->i", s(3, 3, 3)),
      sum("ijij->ij", s(2, 3, 2, 3)), sum("ij,ij->ij", s(2, 3), s(2, 3)), sum("ij,i->j", s(2, 3), s(2)),
      sum("ij,j", "ij,j->i", s(2, 3), s(3)), sum("ji", "ji->ij", s(2, 3)), sum("ii", "ii->", s(2, 2)),
      sum("ba,Cb", "ba,Cb->Ca", s(2, 3), s(2, 2)), sum("ij,jk,kl->il", s(2, 3), s(3, 2), s(2, 4)),
      sum("i,i,i->i", s(3), s(3), s(3)), sum("i,j,k->kij", s(2), s(3), s(2)),
      sum("ijk,jl,kl->il", s(2, 3, 2), s(3, 4), s(2, 4)), sum("ab,cd->", s(2, 3), s(2, 2)),
      sum("ab,bc,ad->dc", s(2, 3), s(3, 2), s(2, 4)),
      sum("...ij,...jk->...ik", "ZYij,ZYjk->ZYik", s(2, 1, 3, 2), s(1, 2, 2, 3)),
      sum("...i->...", "Zi->Z", s(2, 3)), sum("...i,i", "Zi,i->Z", s(2, 3), s(3)),
      sum("i...,i...->...", "iZ,iZ->Z", s(2, 3), s(2, 3)), sum("...,...->...", "ZY,Y->ZY", s(2, 3), s(3)),
      sum("...ij->...ji", "ij->ji", s(2, 3)), sum("a...b->b...a", "aZYb->bZYa", s(2, 3, 1, 2)),
      sum("ij,jk->ik", s(2, 1), s(3, 4)), sum("ij,ij->i", s(2, 3), s(1, 3)),
      sum("ij,jk->ik", s(2, 0), s(0, 3)),
      sum("ij,jk->ik", s(0, 3), s(3, 2)), sum(",->", s(), s()), sum(",i->i", s(), s(3)), sum("->", s()),
      sum("a,ab,abc->abc", s(2), s(2, 3), s(2, 3, 2)), sum("xy,yz,zx->", s(2, 3), s(3, 2), s(2, 2)));

  static void cases(OpCases cases) {
    for (int i = 0; i < SUMS.size(); i++) values(cases, SUMS.get(i), i);
    vectors(cases);
    refusals(cases);
  }

  private static void values(OpCases cases, Sum sum, int turn) {
    for (var lay : Given.ALL) {
      var type = Cases.pick(TYPES, turn + lay.ordinal());
      cases.add("einsum", sum + " " + type + " " + lay, type, random -> {
        var in = Arrays.stream(sum.shapes).map(shape -> OpCases.numbers(type, shape, -3, 3, random)).toList();
        OpCases.check(type, reference(sum.full, in), Tensor.einsum(sum.text,
            in.stream().map(x -> lay.tensor(type, x)).toArray(Tensor[]::new)));
      });
      cases.gradients("einsum", sum + " " + lay,
          in -> Tensor.einsum(sum.text, Arrays.stream(in).map(x -> x.add(0)).toArray(Tensor[]::new)),
          random -> inputs(sum, lay, random));
    }
  }

  private static Tensor[] inputs(Sum sum, Given lay, SplittableRandom random) {
    return Arrays.stream(sum.shapes).map(shape -> lay.random(shape, -1, 1, random)).toArray(Tensor[]::new);
  }

  /** A loop over every letter. */
  private static Plain reference(String full, List<Plain> in) {
    var sides = full.split("->", -1);
    var terms = sides[0].split(",", -1);
    Map<Character, Long> sizes = new HashMap<>();
    for (int i = 0; i < terms.length; i++) {
      for (int d = 0; d < terms[i].length(); d++)
        sizes.merge(terms[i].charAt(d), in.get(i).shape().size(d), Math::max);
      // sizes of 0 win over 1
      for (int d = 0; d < terms[i].length(); d++)
        if (in.get(i).shape().size(d) == 0) sizes.put(terms[i].charAt(d), 0L);
    }
    var result = sides[1];
    var inner = new ArrayList<Character>();
    for (char c : sizes.keySet()) if (result.indexOf(c) < 0) inner.add(c);
    var outer = Shape.of(result.chars().mapToLong(c -> sizes.get((char) c)).toArray());
    var summed = Shape.of(inner.stream().mapToLong(sizes::get).toArray());
    return Plain.fill(outer, index -> {
      double total = 0;
      for (long k = 0; k < summed.numel(); k++) {
        Map<Character, Long> at = new HashMap<>();
        for (int d = 0; d < index.length; d++) at.put(result.charAt(d), index[d]);
        var own = Plain.index(summed, k);
        for (int d = 0; d < own.length; d++) at.put(inner.get(d), own[d]);
        double product = 1;
        for (int i = 0; i < terms.length; i++) {
          var x = in.get(i);
          var position = new long[x.rank()];
          for (int d = 0; d < position.length; d++) {
            position[d] = x.shape().size(d) == 1 ? 0 : at.get(terms[i].charAt(d));
          }
          product *= x.at(position);
        }
        total += product;
      }
      return total;
    });
  }

  private static void vectors(OpCases cases) {
    for (long n : new long[]{0, 1, 7, 300}) {
      for (var lay : Given.ALL) {
        for (var type : TYPES) {
          cases.add("dot", n + " " + type + " " + lay, type, random -> {
            var a = OpCases.numbers(type, s(n), -2, 2, random);
            var b = OpCases.numbers(type, s(n), -2, 2, random);
            double sum = 0;
            for (int i = 0; i < n; i++) sum += a.at(i) * b.at(i);
            OpCases.check(type, Plain.scalar(sum), lay.tensor(type, a).dot(lay.tensor(type, b)));
          });
          cases.add("outer", n + " " + type + " " + lay, type, random -> {
            var a = OpCases.numbers(type, s(3), -3, 3, random);
            var b = OpCases.numbers(type, s(n), -3, 3, random);
            OpCases.check(type, Plain.fill(s(3, n), i -> a.at(i[0]) * b.at(i[1])),
                lay.tensor(type, a).outer(lay.tensor(type, b)));
          });
        }
        if (n > 7) continue;
        cases.gradients("dot", n + " " + lay, in -> in[0].dot(in[1]), random -> new Tensor[]{
            lay.random(s(n), -1, 1, random), lay.random(s(n), -1, 1, random)});
        cases.gradients("outer", n + " " + lay, in -> in[0].outer(in[1]), random -> new Tensor[]{
            lay.random(s(2), -1, 1, random), lay.random(s(n), -1, 1, random)});
      }
    }
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(sizes);
  }

  private static void refusals(OpCases cases) {
    cases.refused("einsum", "nothing", () -> Tensor.einsum("->"), "einsum", "at least one");
    cases.refused("einsum", "too few operands", () -> Tensor.einsum("ij,jk->ik", zeros(2, 2)),
        "einsum 'ij,jk->ik'",
        "2 operands", "but 1");
    cases.refused("einsum", "too few letters", () -> Tensor.einsum("i->i", zeros(2, 2)), "'i' has 1",
        "[2, 2]", "...");
    cases.refused("einsum", "too many letters", () -> Tensor.einsum("ijk", zeros(2, 2)), "'ijk' has 3",
        "[2, 2]");
    cases.refused("einsum", "too many letters beside an ellipsis", () -> Tensor.einsum("...ijk", zeros(2, 2)),
        "has 3");
    cases.refused("einsum", "sizes that differ", () -> Tensor.einsum("ij,jk->ik", zeros(2, 3), zeros(4, 5)),
        "'j'",
        "size 3", "operand 1", "size 4");
    cases.refused("einsum", "sizes that differ under an ellipsis",
        () -> Tensor.einsum("...i,...i", zeros(2, 3), zeros(4, 3)), "'...'", "size 2", "size 4");
    cases.refused("einsum", "a diagonal of no square", () -> Tensor.einsum("ii", zeros(2, 3)), "'i'",
        "2 and 3",
        "[2, 3]");
    cases.refused("einsum", "a letter of nowhere", () -> Tensor.einsum("ij->ik", zeros(2, 3)), "'k'",
        "no operand");
    cases.refused("einsum", "a letter twice in the result", () -> Tensor.einsum("i->ii", zeros(2)),
        "'i' twice");
    cases.refused("einsum", "a digit", () -> Tensor.einsum("i1->i", zeros(2, 2)), "'1'", "no letter");
    cases.refused("einsum", "two ellipses", () -> Tensor.einsum("...i...", zeros(2, 2)), "'.'", "one '...'");
    cases.refused("einsum", "two arrows", () -> Tensor.einsum("i->i->i", zeros(2)), "'-'", "one '->'");
    cases.refused("einsum", "two dots", () -> Tensor.einsum("..i", zeros(2)), "'.'");
    cases.refused("einsum", "two types", () -> Tensor.einsum("i,i", zeros(2), Tensor.of(1, 2)), "float32",
        "int32",
        "to(DType)");
    cases.refused("einsum", "bools", () -> Tensor.einsum("i->", Tensor.of(true)), "bool");
    cases.refused("dot", "matrices", () -> zeros(2, 2).dot(zeros(2)), "dot", "[2, 2]", "[2]", "matmul");
    cases.refused("dot", "other sizes", () -> zeros(2).dot(zeros(3)), "2", "3");
    cases.refused("dot", "two types", () -> zeros(2).dot(Tensor.of(1, 2)), "float32", "int32");
    cases.refused("outer", "a matrix", () -> zeros(2, 2).outer(zeros(2)), "outer", "[2, 2]", "einsum");
    cases.refused("outer", "a second matrix", () -> zeros(2).outer(zeros(2, 2)), "outer", "[2, 2]");
    cases.refused("outer", "a scalar", () -> Tensor.scalar(1).outer(zeros(2)), "outer", "[]");
  }
}
