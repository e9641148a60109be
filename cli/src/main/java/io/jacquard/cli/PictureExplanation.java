package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.data.image.ImageGrid;
import io.jacquard.explain.Activations;
import io.jacquard.explain.Attribution;
import io.jacquard.explain.GradCam;
import io.jacquard.explain.HeatMap;
import io.jacquard.explain.IntegratedGradients;
import io.jacquard.explain.Occlusion;
import io.jacquard.explain.Saliency;
import io.jacquard.explain.SmoothGrad;
import io.jacquard.data.image.Tiles;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The page on what a network sees in a picture. */
final class PictureExplanation {
  private static final int WIDTH = 168; // six points for a pixel of a digit; five pictures in a row
  /** More channels or filters of a layer than these are not shown. */
  private static final int MOST_TILES = 64;
  private static final int TILE = 44;
  private static final int COLUMNS = 16;
  /** Of the names of layers. */
  private static final int LONGEST = 60;

  private final PictureModel saved;
  private final Path run;
  private final Output output;

  PictureExplanation(PictureModel saved, Path run, Output output) {
    this.saved = saved;
    this.run = run;
    this.output = output;
  }

  /**
   * @param wanted the class to explain; null for the likeliest
   * @param layer for Grad-CAM; null for {@link GradCam#sharp}
   */
  byte[] of(Path picture, @Nullable String wanted, @Nullable String layer) {
    var x = saved.input(saved.read(picture));
    var probabilities = saved.probabilities(x).toFloats();
    int of = wanted == null ? likeliest(probabilities) : number(wanted);
    if (layer != null) requireMaps(x, layer);
    output.line(Bars.text(picture.toString(), saved.classes(), probabilities, Bars.TOP));
    var page = new Page("What " + run + " sees in " + picture);
    page.row().picture(png(saved.visible(x), 1), WIDTH, "The picture",
        "as the network takes it, " + x.size(3) + " x " + x.size(2) + " pixels");
    page.bars();
    IntStream.range(0, probabilities.length).boxed()
        .sorted(Comparator.comparing((Integer i) -> -probabilities[i])).limit(10)
        .forEach(i -> page.bar(saved.classes().get(i), probabilities[i],
            String.format(Locale.ROOT, "%.1f %%", 100 * probabilities[i])));
    page.end().end();
    where(page, x, of, layer);
    layers(page, x);
    filters(page, x);
    page.heading("How this was computed").text("Jacquard " + Version.jacquard() + ", model "
        + saved.file()
        + ". Saliency: Simonyan and others 2013. SmoothGrad: Smilkov and others 2017. Integrated "
        + "gradients: Sundararajan and others 2017. Grad-CAM: Selvaraju and others 2017. Occlusion: Zeiler and "
        + "Fergus 2014. All explain the score of one class, before the softmax.");
    return page.bytes();
  }

  private static int likeliest(float[] probabilities) {
    return IntStream.range(0, probabilities.length).boxed()
        .max(Comparator.comparing(i -> probabilities[i])).orElseThrow();
  }

  private int number(String name) {
    int number = saved.classes().indexOf(name);
    if (number >= 0) return number;
    throw new JacquardException("--class '" + name + "': the model knows no such class."
        + (Nearest.hint(name, saved.classes()).isEmpty()
            ? " Its classes are "
                + String.join(", ", saved.classes().subList(0, Math.min(10, saved.classes().size()))) + "."
            : Nearest.hint(name, saved.classes())));
  }

  private void where(Page page, Tensor x, int of, @Nullable String layer) {
    page.heading("What speaks for '" + saved.classes().get(of) + "'").row();
    heat(page, new Saliency(), x, of, "Saliency", "how much the score would change with each pixel");
    heat(page, SmoothGrad.of(), x, of, "SmoothGrad", "the same, averaged over 50 noisy copies");
    var integrated = IntegratedGradients.of().baseline(saved.black(x));
    var parts = integrated.of(saved.model(), x, of);
    double gap = integrated.gap(saved.model(), x, parts, of)[0];
    var sum = String.format(Locale.ROOT, "they add up to %.3f, to within %s", parts.sum().item(),
        Format.rate(Math.max(Math.abs(gap), 1e-6)));
    page.picture(png(HeatMap.SIGNED.draw(parts.select(0, 0)).unsqueeze(0), 1), WIDTH, "Integrated gradients",
        "what each pixel adds to the score (red) or takes from it (blue), beside a black picture; " + sum);
    output.line("Integrated gradients of '" + saved.classes().get(of) + "': " + sum + ".");
    if (layer != null || hasMaps(x)) {
      var cam = layer == null ? GradCam.sharp(saved.model(), x) : GradCam.at(layer);
      heat(page, cam, x, of, "Grad-CAM",
          "where " + (cam.layer() == null ? "the last layer with places" : cam.layer()) + " saw it");
    }
    int size = (int) Math.max(3, Math.min(x.size(2), x.size(3)) / 6);
    var falls = Occlusion.of(size, Math.max(1, size / 2)).of(saved.model(), x, of);
    page.picture(png(HeatMap.SIGNED.draw(falls.select(0, 0)).unsqueeze(0), 1), WIDTH, "Occlusion",
        "by how much the score falls (red) or rises (blue) when squares of " + size + " pixels are covered");
    page.end();
  }

  /** Refuses a layer that Grad-CAM cannot look at, and names those that it can. */
  private void requireMaps(Tensor x, String layer) {
    try (var seen = Activations.of(saved.model(), x)) {
      var maps = seen.layers().stream().filter(each -> isMap(each.output())).map(Activations.Layer::path)
          .distinct().toList();
      if (maps.contains(layer)) return;
      throw new JacquardException(
          "--layer '" + layer + "': the model has no such layer that gives maps, expected "
              + (maps.isEmpty() ? "a model with convolutions."
                  : "one of " + shortened(String.join(", ", maps)) + ".")
              + Nearest.hint(layer, maps));
    }
  }

  private boolean hasMaps(Tensor x) {
    try (var seen = Activations.of(saved.model(), x)) {
      return seen.layers().stream().anyMatch(layer -> isMap(layer.output()));
    }
  }

  private static boolean isMap(Tensor output) {
    return output.rank() == 4 && output.size(2) * output.size(3) > 1;
  }

  private void heat(Page page, Attribution how, Tensor x, int of, String title, String caption) {
    var map = how.of(saved.model(), x, of).select(0, 0);
    var over = HeatMap.POSITIVE.over(saved.visible(x).select(0, 0), map);
    page.picture(png(over.unsqueeze(0), 1), WIDTH, title, caption);
  }

  private void layers(Page page, Tensor x) {
    page.heading("What the layers give")
        .text("Each tile is a channel, from its smallest value, black, to its largest, white.").row();
    try (var seen = Activations.of(saved.model(), x)) {
      for (var layer : seen.layers()) {
        if (layer.path().isEmpty() || !layer.module().children().isEmpty()) continue;
        var values = layer.output().select(0, 0);
        var title = layer.path() + " · " + shortened(layer.module().toString());
        if (values.rank() == 3) {
          long all = values.size(0);
          var tiles = Tiles.activations(values.slice(0, 0, Math.min(all, MOST_TILES)));
          page.picture(grid(tiles), width(tiles), title, values.shape() + shown(all, MOST_TILES));
        } else if (values.rank() == 1 && values.size(0) <= 4096) {
          page.picture(png(Tiles.activations(strip(values)), 1), 2 * WIDTH, title,
              values.size(0) + " neurons");
        }
      }
    }
    page.end();
  }

  /** Many neurons in several lines, if they can be cut evenly. */
  private static Tensor strip(Tensor values) {
    long line = values.size(0);
    while (line > 64 && line % 2 == 0) line /= 2;
    return values.reshape(1, values.size(0) / line, line);
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST - 3) + "..." : text;
  }

  private static String shown(long all, int most) {
    return all > most ? ", the first " + most + " of " + all : "";
  }

  private void filters(Page page, Tensor x) {
    page.heading("What they weigh")
        .text("Filters: middle grey is zero, lighter is positive, darker is negative.").row();
    var picture = x.shape().without(0);
    boolean first = true;
    for (var entry : saved.model().namedModules().entrySet()) {
      var weight = entry.getValue().stateDict().get("weight");
      if (weight == null) continue;
      Tensor tiles;
      if (weight.rank() == 4)
        tiles = Tiles.filters(weight);
      else
        if (first && weight.rank() == 2 && weight.size(1) == picture.numel())
          tiles = Tiles.filters(weight, picture);
        else
          continue;
      first = false;
      long all = tiles.size(0);
      tiles = tiles.slice(0, 0, Math.min(all, MOST_TILES));
      page.picture(grid(tiles), width(tiles), entry.getKey(),
          "weight " + weight.shape() + shown(all, MOST_TILES));
    }
    page.end();
  }

  private static byte[] grid(Tensor tiles) {
    return png(tiles, columns(tiles));
  }

  private static int columns(Tensor tiles) {
    return (int) Math.min(tiles.size(0), COLUMNS);
  }

  private static int width(Tensor tiles) {
    return Math.max(TILE, columns(tiles) * TILE);
  }

  private static byte[] png(Tensor images, int columns) {
    return ImageGrid.png(images, columns);
  }
}
