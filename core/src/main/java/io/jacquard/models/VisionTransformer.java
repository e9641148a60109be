package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.GELU;
import io.jacquard.nn.Init;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.MultiheadAttention;
import io.jacquard.nn.MultiheadOptions;
import io.jacquard.nn.Parameter;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import java.util.Objects;

/**
 * A transformer over the patches of an image (Dosovitskiy et al.: An Image Is Worth 16x16 Words, 2021), for images
 * [N, channels, size, size]: logits [N, classes]. Keys and first values are torchvision's: {@code class_token}, {@code
 * conv_proj.weight}, {@code encoder.pos_embedding}, {@code encoder.layers.encoder_layer_0.ln_1.weight} and so on, {@code
 * heads.head.weight}.
 *
 * <pre>{@code
 * var small = new VisionTransformer(new VisionTransformer.Sizes(1, 28, 7, 4, 4, 64, 128, 0.1, 10));
 * var logits = small.call(Tensor.zeros(2, 1, 28, 28));
 * }</pre>
 */
public final class VisionTransformer extends Module {
  private static final double EPS = 1e-6;

  /**
   * What the network is made with.
   *
   * <pre>{@code
   * var base = new VisionTransformer.Sizes(3, 224, 16, 12, 12, 768, 3072, 0, 1000);   // ViT-B/16
   * }</pre>
   *
   * @param channels of the images
   * @param image the images' height and width
   * @param patch the patches' height and width; divides the image's
   * @param heads of attention; divides the width
   * @param width of a patch's vector
   * @param hidden the width between the two linear layers of a block
   * @param dropout the share that is dropped in training
   */
  public record Sizes(int channels, int image, int patch, int layers, int heads, int width, int hidden,
      double dropout,
      int classes) {
    public Sizes {
      if (patch < 1 || image < patch || image % patch != 0 || layers < 1 || classes < 1 || channels < 1) {
        throw new JacquardException("VisionTransformer: " + channels + " channels of " + image + "x" + image
            + " pixels, patches of " + patch + "x" + patch + ", " + layers + " layers, " + classes
            + " classes; expected 1 or more of each, and patches that fill the image.");
      }
    }
  }

  private final Sizes sizes;
  private final Parameter classToken;
  private final Conv2d convProj;
  private final Encoder encoder;
  private final Linear head;

  public VisionTransformer(Sizes sizes) {
    this.sizes = sizes;
    classToken = parameter("class_token", Tensor.zeros(1, 1, sizes.width));
    convProj = add("conv_proj",
        new Conv2d(sizes.channels, sizes.width, sizes.patch, ConvOptions.defaults().stride(sizes.patch)));
    double std = Math.sqrt(1.0 / (sizes.channels * sizes.patch * sizes.patch));
    Init.truncNormal(0, std, -2, 2).apply(convProj.weight());
    Init.zeros().apply(Objects.requireNonNull(convProj.bias()));
    encoder = add("encoder", new Encoder(sizes));
    var heads = add("heads", new Heads(sizes));
    head = heads.head;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() != 4 || x.size(1) != sizes.channels || x.size(2) != sizes.image
        || x.size(3) != sizes.image) {
      throw new JacquardException(
          "VisionTransformer: the input is " + x.shape() + ", expected [N, " + sizes.channels
              + ", " + sizes.image + ", " + sizes.image + "].");
    }
    long side = sizes.image / sizes.patch;
    var patches = convProj.call(x).permute(0, 2, 3, 1).reshape(x.size(0), side * side, sizes.width);
    var first = classToken.value().expand(x.size(0), 1, sizes.width);
    return head.call(encoder.call(Tensor.concat(1, first, patches)).select(1, 0));
  }

  /** The logits' layer, under torchvision's name. */
  private static final class Heads extends Module {
    private final Linear head;

    Heads(Sizes sizes) {
      head = add("head", new Linear(sizes.width, sizes.classes));
      Init.zeros().apply(head.weight());
      Init.zeros().apply(Objects.requireNonNull(head.bias()));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return head.call(x);
    }
  }

  /** Adds positions, then the blocks and a norm. */
  private static final class Encoder extends Module {
    private final Parameter positions;
    private final Dropout dropout;
    private final Layers layers;
    private final LayerNorm ln;

    Encoder(Sizes sizes) {
      long side = sizes.image / sizes.patch;
      positions = parameter("pos_embedding",
          Init.normal(0, 0.02).of(Shape.of(1, side * side + 1, sizes.width)));
      dropout = add("dropout", new Dropout(sizes.dropout));
      layers = add("layers", new Layers(sizes));
      ln = add("ln", norm(sizes));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return ln.call(layers.call(dropout.call(x.add(positions.value()))));
    }
  }

  private static LayerNorm norm(Sizes sizes) {
    return new LayerNorm(Shape.of(sizes.width), EPS, true, true);
  }

  private static final class Layers extends Module {
    Layers(Sizes sizes) {
      for (int i = 0; i < sizes.layers; i++) add("encoder_layer_" + i, new Block(sizes));
    }

    @Override
    protected Tensor forward(Tensor x) {
      var y = x;
      for (var block : children().values()) y = block.call(y);
      return y;
    }
  }

  /** Attention of all patches to all, then two linear layers, each with a norm before and a way round. */
  private static final class Block extends Module {
    private final LayerNorm ln1;
    private final MultiheadAttention attention;
    private final Dropout dropout;
    private final LayerNorm ln2;
    private final Sequential mlp;

    Block(Sizes sizes) {
      ln1 = add("ln_1", norm(sizes));
      attention = add("self_attention",
          new MultiheadAttention(sizes.width, sizes.heads, MultiheadOptions.defaults().batchFirst()));
      dropout = add("dropout", new Dropout(sizes.dropout));
      ln2 = add("ln_2", norm(sizes));
      mlp = add("mlp",
          Sequential.of(linear(sizes.width, sizes.hidden), new GELU(), new Dropout(sizes.dropout),
              linear(sizes.hidden, sizes.width), new Dropout(sizes.dropout)));
    }

    private static Linear linear(int in, int out) {
      var linear = new Linear(in, out);
      Init.xavierUniform().apply(linear.weight());
      Init.normal(0, 1e-6).apply(Objects.requireNonNull(linear.bias()));
      return linear;
    }

    @Override
    protected Tensor forward(Tensor x) {
      var y = x.add(dropout.call(attention.call(ln1.call(x))));
      return y.add(mlp.call(ln2.call(y)));
    }
  }
}
