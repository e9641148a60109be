package io.jacquard.tensor;

import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Collects the gradient of a tensor that no operation made: a parameter, or an input marked with {@code requiresGrad}.
 *
 * <pre>{@code
 * var leaf = layer.weight().leaf();
 * if (leaf.isTouched()) System.out.println(leaf.gradient());
 * leaf.clear();
 * }</pre>
 *
 * <p>An optimizer gives its parameters' leaves a place in one contiguous buffer ({@link #placeAt}); the first gradient
 * of a step is then written straight there, further ones are added.
 */
public final class Leaf extends Source {
  private @Nullable Tensor gradient;
  private @Nullable View place;
  private boolean touched;
  private boolean abandoned;
  private long version;
  private final @Nullable String label;
  private final Hooks<UnaryOperator<Tensor>> hooks = new Hooks<>();

  public Leaf() {
    this(null);
  }

  /** @param label how messages name the tensor: {@code 'weight' of Linear} */
  public Leaf(@Nullable String label) {
    this.label = label;
  }

  @Nullable
  String label() {
    return label;
  }

  /** The gradient collected since the last {@link #clear}; null if none arrived. Owned by this leaf. */
  public @Nullable Tensor gradient() {
    return touched ? gradient : null;
  }

  /** Whether a gradient has arrived since the last {@link #clear}. */
  public boolean isTouched() {
    return touched;
  }

  /** Says that the tensor's values were changed in place, as an optimizer does. */
  public void valuesChanged() {
    version++;
  }

  long version() {
    return version;
  }

  /** Forgets the gradient; memory that an optimizer laid out stays where it is. */
  public void clear() {
    touched = false;
    if (place == null && gradient != null) {
      gradient.close();
      gradient = null;
    }
  }

  /** Puts another gradient of the same shape and type in place of the one that was collected. */
  public void replaceGradient(Tensor other) {
    clear();
    add(other);
  }

  /** The tensor is gone, so no one can ask for its gradient any more. */
  void abandon() {
    clear();
    abandoned = true;
  }

  /** From now on the gradient lies at {@code place}, in memory that the caller keeps alive; one that is there moves. */
  public void placeAt(Device device, Block block, View place) {
    if (gradient != null) {
      if (touched) Dispatch.copy(gradient, place);
      gradient.close();
    }
    this.place = place;
    gradient = Tensor.handle(device, block, place, null, 0).unowned();
  }

  /** Functions through which the gradient of each backward pass goes, whole, before it is collected. */
  public Hooks<UnaryOperator<Tensor>> hooks() {
    return hooks;
  }

  /** Where a first gradient may be written directly; null if one has arrived already or there is no such place. */
  @Nullable
  View freePlace() {
    return touched || !hooks.isEmpty() ? null : place;
  }

  /** Says that a gradient was written to {@link #freePlace}. */
  void placeWritten() {
    touched = true;
  }

  /** Takes one more share of the gradient. */
  void add(Tensor share) {
    if (abandoned) return;
    if (!touched) {
      if (place != null) {
        Dispatch.copy(share, place);
      } else {
        gradient = share.detach().hold();
      }
    } else if (place != null) {
      Dispatch.addInto(share, place);
    } else {
      var before = Objects.requireNonNull(gradient);
      var sum = before.add(share).hold();
      before.close();
      gradient = sum;
    }
    touched = true;
  }
}
