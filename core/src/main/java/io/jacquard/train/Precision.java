package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.tensor.Autocast;

/**
 * In which numbers a training computes its products; parameters and their gradients are float32 in any case.
 *
 * <pre>{@code
 * var halves = Precision.BFLOAT16.isOn(device.info()) ? Precision.BFLOAT16 : Precision.FLOAT32;
 * trainer.precision(halves).fit(data, Fit.epochs(5));
 * }</pre>
 *
 * @see Autocast
 */
public enum Precision {
  /** All in float32. */
  FLOAT32(DType.FLOAT32),
  /** Products in bfloat16, which reaches as far as float32 with 8 bits of precision. */
  BFLOAT16(DType.BFLOAT16),
  /** Products in float16, with 11 bits, and with the loss scaled ({@link io.jacquard.optim.GradScaler}). */
  FLOAT16(DType.FLOAT16);

  private final DType type;

  Precision(DType type) {
    this.type = type;
  }

  /** Whether a device computes products so. */
  public boolean isOn(DeviceInfo device) {
    return this == FLOAT32 || device.halves().contains(type);
  }

  /** @throws JacquardException if a device does not compute products so, naming what it does */
  public void require(DeviceInfo device) {
    if (isOn(device)) return;
    var there = device.halves().isEmpty()
        ? "Use float32 there."
        : "Use float32 or "
            + String.join(", ", device.halves().stream().map(DType::toString).sorted().toList())
            + " there.";
    throw new JacquardException("The device " + device.name() + " (" + device.description()
        + ") has no products of " + type + ", which would be rounded and no faster. " + there);
  }

  /** Computes so until the result is closed. */
  Autocast open() {
    return Autocast.to(type);
  }
}
