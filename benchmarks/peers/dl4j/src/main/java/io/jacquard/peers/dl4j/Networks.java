package io.jacquard.peers.dl4j;

import io.jacquard.peers.Numbers;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The networks, with the weights that all contestants have. */
final class Networks {
  /** With softmax and its loss at the end. */
  static final Activation TRAINED = Activation.SOFTMAX;
  /** Ends in logits, to infer only. */
  static final Activation LOGITS = Activation.IDENTITY;

  private Networks() {}

  private static NeuralNetConfiguration.ListBuilder builder() {
    return new NeuralNetConfiguration.Builder().updater(new Adam(1e-3)).miniBatch(true).list()
        .validateOutputLayerConfig(false);
  }

  static MultiLayerNetwork mlp(List<Integer> sizes, Activation last) {
    var layers = builder();
    for (int i = 1; i < sizes.size(); i++)
      layers.layer(linear(sizes.get(i - 1), sizes.get(i), i == sizes.size() - 1 ? last : Activation.RELU));
    var network = new MultiLayerNetwork(layers.build());
    network.init();
    for (int i = 1; i < sizes.size(); i++)
      fillLinear(network, i - 1, 2 * (i - 1), sizes.get(i - 1), sizes.get(i));
    return network;
  }

  /** PyTorch's MNIST example network without its dropout. */
  static MultiLayerNetwork cnn(Activation last) {
    var network = new MultiLayerNetwork(builder().layer(convolution(1, 32)).layer(convolution(32, 64))
        .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).stride(2, 2)
            .build())
        .layer(linear(9216, 128, Activation.RELU)).layer(linear(128, 10, last))
        .setInputType(InputType.convolutional(28, 28, 1)).build());
    network.init();
    fillConvolution(network, 0, 0, 1, 32);
    fillConvolution(network, 1, 2, 32, 64);
    fillLinear(network, 3, 4, 9216, 128);
    fillLinear(network, 4, 6, 128, 10);
    return network;
  }

  private static org.deeplearning4j.nn.conf.layers.Layer linear(int in, int out, Activation activation) {
    return activation != Activation.RELU
        ? new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD).nIn(in).nOut(out)
            .activation(activation).build()
        : new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static ConvolutionLayer convolution(int in, int out) {
    return new ConvolutionLayer.Builder(3, 3).nIn(in).nOut(out).convolutionMode(ConvolutionMode.Truncate)
        .activation(Activation.RELU).build();
  }

  private static void fillLinear(MultiLayerNetwork network, int layer, int stream, int in, int out) {
    double bound = 1 / Math.sqrt(in);
    network.getLayer(layer).getParam("W")
        .assign(Nd4j.create(Numbers.uniform(stream, out * in, bound), new long[]{out, in}, 'c').transpose());
    network.getLayer(layer).getParam("b")
        .assign(Nd4j.create(Numbers.uniform(stream + 1, out, bound), new long[]{1, out}, 'c'));
  }

  private static void fillConvolution(MultiLayerNetwork network, int layer, int stream, int in, int out) {
    double bound = 1 / Math.sqrt(in * 9.0);
    network.getLayer(layer).getParam("W")
        .assign(Nd4j.create(Numbers.uniform(stream, out * in * 9, bound), new long[]{out, in, 3, 3}, 'c'));
    network.getLayer(layer).getParam("b")
        .assign(Nd4j.create(Numbers.uniform(stream + 1, out, bound), new long[]{1, out}, 'c'));
  }
}
