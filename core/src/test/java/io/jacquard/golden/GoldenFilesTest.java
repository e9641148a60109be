package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the goldens are all there, and that a wrong result is noticed. */
class GoldenFilesTest {
  private static Set<String> names(Path folder, String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyFileHasAFamilyHereAndInPython() throws IOException {
    var here = GoldenFamily.ALL.stream().map(GoldenFamily::name)
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(here, names(Path.of("src", "test", "resources", "goldens"), ".safetensors"));
    assertEquals(here, names(Path.of("..", "benchmarks", "pytorch", "families"), ".py"));
  }

  @Test
  void thereAreManyAndTheyAreSmall() throws IOException {
    assertTrue(GoldenFamily.ALL.stream().mapToInt(GoldenFamily::least).sum() >= 300);
    for (var family : GoldenFamily.ALL) {
      long size = Files.size(Path.of("src", "test", "resources", "goldens", family + ".safetensors"));
      assertTrue(size <= 400_000, () -> family + " has " + size + " bytes");
    }
  }

  private static void computed(String op, UnaryOperator<Tensor> function) {
    var cases = GoldenCase.read("unary").stream().filter(c -> c.op().equals(op)).toList();
    for (var c : cases) {
      OnReference.run(() -> new GoldenRun(c, GoldenLay.STEPPED)
          .check(r -> List.of(function.apply(r.in(0))), GoldenTolerance.USUAL));
    }
  }

  @Test
  void aWrongResultIsNoticed() {
    computed("sin", Tensor::sin);
    assertThrows(AssertionError.class, () -> computed("sin", x -> x.sin().mul(1.00005)));
    assertThrows(AssertionError.class, () -> computed("sin", x -> x.sin().unsqueeze(0)));
    assertThrows(AssertionError.class, () -> computed("relu", x -> x.clamp(0, 70)));
  }

  @Test
  void aWrongGradientIsNoticed() {
    assertThrows(AssertionError.class, () -> computed("sin", x -> x.sin().add(x.sub(x.detach()).mul(1e-4))));
    assertThrows(JacquardException.class, () -> computed("sin", x -> x.detach().sin()));
  }

  private static void compare(double want, double got) {
    OnReference.run(() -> GoldenTolerance.USUAL.check("test", Tensor.of(new double[]{want, 1}),
        Tensor.of(new double[]{got, 1})));
  }

  @Test
  void infinityAndNanAreEqualToThemselvesOnly() {
    double inf = Double.POSITIVE_INFINITY;
    compare(Double.NaN, Double.NaN);
    compare(inf, inf);
    compare(-inf, -inf);
    compare(0.0, -0.0);
    compare(1e-11, 0);
    assertThrows(AssertionError.class, () -> compare(inf, 1e300));
    assertThrows(AssertionError.class, () -> compare(inf, -inf));
    assertThrows(AssertionError.class, () -> compare(Double.NaN, 0));
    assertThrows(AssertionError.class, () -> compare(0, Double.NaN));
    assertThrows(AssertionError.class, () -> compare(1, inf));
    assertThrows(AssertionError.class, () -> compare(1e-9, 0));
  }
}
