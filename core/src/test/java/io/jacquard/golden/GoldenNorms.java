package io.jacquard.golden;

import io.jacquard.Shape;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Bilinear;
import io.jacquard.nn.Embedding;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.PReLU;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.tensor.Tensor;

/** Layers that normalise, embeddings and bilinear layers: families/norms.py. */
final class GoldenNorms {
  private GoldenNorms() {}

  static void register(GoldenOps ops) {
    ops.add("batch_norm", r -> Tensor.apply(new BatchNorm(r.number("eps")), r.inputs())[0]);
    ops.add("batch_norm_relu",
        r -> Tensor.apply(new BatchNormRelu(r.number("eps"), r.inputs().length == 4), r.inputs())[0]);
    ops.add("layer_norm",
        r -> Tensor.apply(new io.jacquard.ops.LayerNorm(r.integer("dims"), r.number("eps")), r.inputs())[0]);
    ops.add("BatchNorm1d", r -> r.load(new BatchNorm1d(r.integer("features"), 1e-5,
        r.attrs().has("momentum") ? r.number("momentum") : null, r.flag("affine"), r.flag("track")))
        .call(r.in(0)));
    ops.add("BatchNorm2d", r -> r.load(new BatchNorm2d(r.integer("features"))).call(r.in(0)));
    ops.add("LayerNorm",
        r -> r.load(new LayerNorm(Shape.of(r.longs("shape")), r.number("eps"), r.flag("affine"),
            r.flag("bias"))).call(r.in(0)));
    ops.add("Embedding", r -> r.load(new Embedding(r.integer("rows"), r.integer("columns"),
        r.attrs().has("padding") ? r.integer("padding") : null)).call(r.in(0)));
    ops.add("Bilinear", r -> r.load(new Bilinear(r.integer("in1"), r.integer("in2"), r.integer("out"),
        r.flag("bias"))).call(r.in(0), r.in(1)));
    ops.add("PReLU", r -> r.load(new PReLU(r.integer("channels"))).call(r.in(0)));
  }
}
