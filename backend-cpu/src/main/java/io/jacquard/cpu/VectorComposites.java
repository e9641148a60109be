package io.jacquard.cpu;

import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormBackward;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.ops.BatchNormReluBackward;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.CrossEntropyBackward;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;

/** The composite operations that have vector code of their own. This class only hands calls on. */
final class VectorComposites implements Composites {
  private final KernelCompiler compiler;
  private final LayerNorms layerNorms;
  private final BatchNorms batchNorms;
  private final Softmaxes softmaxes;
  private final ConvolutionPaths convolutions;
  private final Attention attention;

  VectorComposites(Workers workers, Kernels kernels, Maps maps, Products products) {
    compiler = kernels.compiler;
    layerNorms = new LayerNorms(workers, compiler);
    batchNorms = new BatchNorms(workers, compiler);
    softmaxes = new Softmaxes(workers, compiler);
    convolutions = new ConvolutionPaths(workers, maps, products, compiler);
    attention = new Attention(workers, products);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return switch (op) {
      case LayerNorm norm -> layerNorms.forward(norm, in, out);
      case LayerNormBackward norm -> layerNorms.backward(norm, in, out);
      case BatchNorm norm -> batchNorms.forward(norm, in, out);
      case BatchNormBackward _ -> batchNorms.backward(in, out);
      case BatchNormRelu norm -> batchNorms.forward(norm, in, out);
      case BatchNormReluBackward norm -> batchNorms.backward(norm, in, out);
      case Softmax softmax -> softmaxes.softmax(softmax, in[0], out[0]);
      case LogSoftmax softmax -> softmaxes.logSoftmax(softmax, in[0], out[0]);
      case CrossEntropy _ -> softmaxes.crossEntropy(in, out);
      case CrossEntropyBackward _ -> softmaxes.crossEntropyBackward(in, out[0]);
      case Convolution convolution -> convolutions.convolve(convolution, in, out[0]);
      case ConvolutionInputGradient gradient -> convolutions.inputGradient(gradient, in, out[0]);
      case ConvolutionWeightGradient gradient -> convolutions.weightGradient(gradient, in, out[0]);
      case ScaledDotProductAttention dot ->
        needs(KernelCompiler.Loops.ATTENTION) && attention.forward(dot, in, out);
      case ScaledDotProductAttentionBackward dot ->
        needs(KernelCompiler.Loops.ATTENTION) && attention.backward(dot, in, out);
      default -> false;
    };
  }

  private boolean needs(KernelCompiler.Loops loops) {
    compiler.need(loops);
    return true;
  }

  @Override
  public void close() {
    convolutions.close();
  }
}
