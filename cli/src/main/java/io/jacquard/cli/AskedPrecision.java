package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.train.Precision;
import java.util.Arrays;
import java.util.List;

/** In which numbers products are to be computed, as {@code --precision} and {@code --amp} say it. */
enum AskedPrecision {
  FLOAT32("float32"), BF16("bf16"), FP16("fp16"), TF32("tf32"),
  /** Whichever half type the device has. */
  AMP("amp");

  private final String label;

  AskedPrecision(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** What {@code --precision} takes. */
  static List<String> names() {
    return Arrays.stream(values()).filter(p -> p != AMP).map(p -> p.label).toList();
  }

  static AskedPrecision named(String name) {
    return Arrays.stream(values()).filter(p -> p.label.equals(name)).findFirst().orElseThrow();
  }

  /** @throws JacquardException if the device does not compute so, naming it and what to use */
  Precision on(DeviceInfo device) {
    return switch (this) {
      case FLOAT32 -> Precision.FLOAT32;
      case BF16 -> checked(Precision.BFLOAT16, device);
      case FP16 -> checked(Precision.FLOAT16, device);
      case TF32 -> {
        if (Precision.TF32.isOn(device)) yield Precision.TF32;
        throw new JacquardException("--precision tf32: the device " + device.name() + " ("
            + device.description() + ") computes products of float32 in float32, none in TF32. Use float32"
            + (Precision.BFLOAT16.isOn(device) ? " or bf16." : "."));
      }
      case AMP -> {
        // Bfloat16 needs no scaled loss.
        if (Precision.BFLOAT16.isOn(device)) yield Precision.BFLOAT16;
        if (Precision.FLOAT16.isOn(device)) yield Precision.FLOAT16;
        throw new JacquardException("--amp: the device " + device.name() + " (" + device.description()
            + ") has no products of bfloat16 or float16. Leave it out: all is computed in float32 then.");
      }
    };
  }

  private Precision checked(Precision precision, DeviceInfo device) {
    try {
      precision.require(device);
      return precision;
    } catch (JacquardException e) {
      throw new JacquardException("--precision " + label + ": " + e.getMessage(), e);
    }
  }
}
