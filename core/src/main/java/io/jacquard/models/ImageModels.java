package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.nn.Module;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Ready-made networks that classify pictures of any number of channels, by name; each call makes a new one with fresh weights.
 *
 * <pre>{@code
 * var model = ImageModels.named("resnet20", 3, 10);      // for [N, 3, 32, 32] in ten classes
 * }</pre>
 */
public final class ImageModels {
  /** Makes a network for pictures of so many channels in so many classes. */
  @FunctionalInterface
  private interface Maker {
    Module make(int channels, int classes);
  }

  private static final Map<String, Maker> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("resnet20", (channels, classes) -> ResNet.cifar(20, channels, classes));
    BY_NAME.put("resnet56", (channels, classes) -> ResNet.cifar(56, channels, classes));
    BY_NAME.put("resnet18", ResNet::eighteen);
    BY_NAME.put("resnet50", ResNet::fifty);
    BY_NAME.put("alexnet", AlexNet::new);
    BY_NAME.put("vgg11", (channels, classes) -> new Vgg(channels, classes, false));
    BY_NAME.put("vgg11_bn", (channels, classes) -> new Vgg(channels, classes, true));
  }

  private ImageModels() {}

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** The side of the square pictures that a network is meant for: 224 for resnet50, 32 for all others. */
  public static int side(String name) {
    return name.equals("resnet50") ? 224 : 32;
  }

  /** @throws JacquardException with the nearest name, if there is no such model */
  public static Module named(String name, int channels, int classes) {
    var maker = BY_NAME.get(name);
    if (maker == null) {
      throw new JacquardException("There is no model '" + name + "', expected one of " + names() + "."
          + Nearest.hint(name, names()));
    }
    return maker.make(channels, classes);
  }
}
