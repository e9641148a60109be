package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
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
  /** Products of float32 whose inputs are rounded to 10 bits of mantissa (TF32), on GPUs that have tensor cores for them. */
  TF32(DType.FLOAT32),
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
    return this == TF32 ? device.tf32() : this == FLOAT32 || device.halves().contains(type);
  }

  /** @throws JacquardException if a device does not compute products so, naming what it does */
  public void require(DeviceInfo device) {
    if (isOn(device)) return;
    if (this == TF32) {
      throw new JacquardException("The device " + device.name() + " (" + device.description()
          + ") computes products of float32 in float32, none in TF32. Use float32 there.");
    }
    var there = device.halves().isEmpty()
        ? "Use float32 there."
        : "Use float32 or "
            + String.join(", ", device.halves().stream().map(DType::toString).sorted().toList())
            + " there.";
    throw new JacquardException("The device " + device.name() + " (" + device.description()
        + ") has no products of " + type + ", which would be rounded and no faster. " + there);
  }

  /** Whether products are computed in a half type. */
  public boolean isHalf() {
    return type.isHalf();
  }

  /** Computes in halves until the result is closed. */
  Autocast open() {
    return Autocast.to(type);
  }

  /** Until it is closed, products of float32 on a device are computed as this says. */
  public interface Policy extends AutoCloseable {
    @Override
    void close();
  }

  /** Has products of float32 on a device be computed in TF32, or not, until the result is closed; gradients included. */
  public Policy on(Device device) {
    boolean before = device.backend().allowTf32(this == TF32);
    return () -> device.backend().allowTf32(before);
  }
}
