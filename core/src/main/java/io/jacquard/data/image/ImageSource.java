package io.jacquard.data.image;

import io.jacquard.tensor.Generator;
import java.util.List;

/**
 * Labelled pictures as they are, of any sizes; {@link #dataset} says how they are made ready for a training.
 *
 * <pre>{@code
 * ImageSource pictures = ImageFolder.open(folder).inMemory();
 * var parts = Split.stratified(pictures.labels(), 1, 0.9, 0.1);
 * var train = pictures.dataset(Transform.randomHorizontalFlip(0.5)).subset(parts.get(0));
 * var validation = pictures.dataset().subset(parts.get(1));
 * }</pre>
 */
public interface ImageSource {
  int size();

  /** A picture. Several threads may call this at once. */
  Image image(int number);

  /** The class of each picture, from 0; not to be changed. */
  int[] labels();

  /** The names of the classes. */
  List<String> classes();

  /** What messages call a picture: its file. */
  String name(int number);

  /**
   * The pictures with transforms applied, one after another, as samples to train on. Random ones follow from the current
   * generator's seed, the epoch and the sample.
   */
  default ImageDataset dataset(Transform... transforms) {
    return new ImageDataset(this, List.of(transforms), Generator.current().seed());
  }
}
