package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;

/** What encoder and decoder layers have in common: parts with a way round each of them, and the feed-forward part. */
abstract sealed class TransformerLayer extends Module
    permits TransformerEncoderLayer, TransformerDecoderLayer {
  private final int width;
  private final TransformerOptions options;
  private final Linear linear1;
  private final Dropout dropout;
  private final Linear linear2;

  /** @param width of what comes in and goes out */
  TransformerLayer(int width, TransformerOptions options) {
    this.width = width;
    this.options = options;
    linear1 = new Linear(width, options.feedforward(), options.bias());
    dropout = new Dropout(options.dropoutP());
    linear2 = new Linear(options.feedforward(), width, options.bias());
  }

  /** Adds the feed-forward part behind the attention, as PyTorch's keys have it. */
  final void addFeedforward() {
    add("linear1", linear1);
    add("dropout", dropout);
    add("linear2", linear2);
  }

  final LayerNorm norm() {
    return new LayerNorm(Shape.of(width), options.eps(), true, options.bias());
  }

  /** A part, its norm, and the way round both. */
  final Tensor residual(Tensor x, LayerNorm norm, Dropout drop, UnaryOperator<Tensor> part) {
    return options.isNormFirst()
        ? x.add(drop.call(part.apply(norm.call(x))))
        : norm.call(x.add(drop.call(part.apply(x))));
  }

  final Tensor feedforward(Tensor x) {
    var hidden = linear1.call(x);
    hidden = options.activationName().equals("gelu") ? hidden.gelu() : hidden.relu();
    return linear2.call(dropout.call(hidden));
  }
}
