package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Hook;
import io.jacquard.tensor.Hooks;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A function with parameters: a layer, or a network of layers. A user's own network is a class of this kind.
 *
 * <pre>{@code
 * class Net extends Module {
 *   final Linear hidden = add("hidden", new Linear(784, 128));
 *   final Linear out = add("out", new Linear(128, 10));
 *
 *   @Override
 *   protected Tensor forward(Tensor x) {
 *     return out.call(hidden.call(x).relu());
 *   }
 * }
 * }</pre>
 *
 * <p>Names make keys, as in PyTorch: {@code hidden.weight}, {@code out.bias}. Use a module through {@link #call}, which
 * frees the temporaries of {@link #forward} and names the layer in errors.
 */
public abstract class Module {
  /** Who is told of every call on this thread; see {@link #observing}. */
  private static final ScopedValue<BiConsumer<Module, Tensor>> OBSERVER = ScopedValue.newInstance();

  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, Parameter> buffers = new LinkedHashMap<>();
  private final SequencedMap<String, Module> children = new LinkedHashMap<>();
  private final Hooks<ForwardHook> forwardHooks = new Hooks<>();
  private @Nullable String name;
  private boolean training = true;

  /** What this module computes; users override it and call {@link #call}. */
  protected abstract Tensor forward(Tensor x);

  /** Runs {@link #forward} in a scope of its own; the result belongs to the caller's scope. */
  public final Tensor call(Tensor x) {
    return calling(x, () -> forward(x));
  }

  /**
   * What {@link #call} does, for a module of several inputs that offers a call of its own. The body must compute a new
   * tensor.
   */
  protected final Tensor calling(Supplier<Tensor> body) {
    return calling(null, body);
  }

  /** @param x what the body may return as it came, if there is such a tensor */
  private Tensor calling(@Nullable Tensor x, Supplier<Tensor> body) {
    try (var _ = Scope.open(); var _ = Where.inside(name, this)) {
      if (OBSERVER.isBound() && OBSERVER.get() instanceof Observer observer) observer.begins(this);
      var y = body.get();
      for (var hook : forwardHooks) y = hook.after(this, x, y);
      if (OBSERVER.isBound()) OBSERVER.get().accept(this, y);
      return y == x ? y : y.keep(); // what came from outside is not this scope's to hand on
    } catch (OutOfDeviceMemory | DeviceLost e) {
      throw e; // no layer's mistake, and known by their type to who can do something about them
    } catch (LayerException e) {
      throw name == null ? e : e.within(name);
    } catch (JacquardException e) {
      throw name == null ? e : new LayerException(name, children.isEmpty() ? toString() : typeName(), e);
    }
  }

  /** A function that sees a module's output, and may replace it. */
  @FunctionalInterface
  public interface ForwardHook {
    /**
     * What the module's call returns: {@code output} itself or a new tensor.
     *
     * @param input null of a module that takes several
     */
    Tensor after(Module module, @Nullable Tensor input, Tensor output);
  }

  /**
   * Calls {@code hook} after each {@link #forward}. For the gradient, it may register a hook with the output:
   * {@code (module, x, y) -> { y.registerHook(g -> g.mul(0.1)); return y; }}.
   *
   * @return what takes the hook away again
   */
  public final Hook registerForwardHook(ForwardHook hook) {
    return forwardHooks.add(hook);
  }

  /** How often hooks of this module and its own parameters were added or removed: a recorded step depends on them. */
  public final int hooksVersion() {
    int version = forwardHooks.version();
    for (var parameter : parameters.values()) version += parameter.leaf().hooks().version();
    return version;
  }

  /** Runs {@code body} and tells {@code observer} of every module that is called in it, innermost first. */
  public static void observing(BiConsumer<Module, Tensor> observer, Runnable body) {
    ScopedValue.where(OBSERVER, observer).run(body);
  }

  /** One that is told of a call's beginning, too. */
  interface Observer extends BiConsumer<Module, Tensor> {
    void begins(Module module);
  }

  /**
   * What this module consists of, and what it costs, for inputs of the shape {@code sample} (float32, the first dimension
   * being the batch): {@code System.out.println(model.summary(Shape.of(1, 1, 28, 28)))}.
   */
  public final ModelSummary summary(Shape sample) {
    return ModelSummary.of(this, sample);
  }

  // ---- what it is made of

  /** Adds a module under a name that is used in keys; returns it. */
  protected final <M extends Module> M add(String name, M child) {
    requireNew(name);
    Module added = child;
    if (added.name == null)
      added.name = name; // a shared module keeps its first name
    children.put(name, child);
    return child;
  }

  /** Adds a parameter under a name that is used in keys; takes over the tensor. */
  protected final Parameter parameter(String name, Tensor initial) {
    requireNew(name);
    var parameter = new Parameter("'" + name + "' of " + typeName(), initial, false);
    parameters.put(name, parameter);
    return parameter;
  }

  /** Adds a tensor of any type that is saved with the module but not trained, such as a running mean or a count. */
  protected final Parameter buffer(String name, Tensor initial) {
    requireNew(name);
    var buffer = new Parameter("'" + name + "' of " + typeName(), initial, true);
    buffers.put(name, buffer);
    return buffer;
  }

  private void requireNew(String name) {
    if (name.isEmpty() || name.contains(".")) {
      throw new JacquardException(
          typeName() + ": the name '" + name
              + "' is empty or contains a dot, which separates names in keys.");
    }
    if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
      throw new JacquardException(
          typeName() + " has something called '" + name + "' already.");
    }
  }

  /** The name under which this module was added to another; null for the outermost one. */
  public final @Nullable String name() {
    return name;
  }

  /** The modules directly inside this one, by name. */
  public final SequencedMap<String, Module> children() {
    return children;
  }

  /** This module, under the empty path, and all inside, by path ({@code layer1.0.conv1}); one that is shared appears once. */
  public final SequencedMap<String, Module> namedModules() {
    var all = new LinkedHashMap<String, Module>();
    collectModules("", all);
    return all;
  }

  private void collectModules(String path, Map<String, Module> all) {
    if (all.containsValue(this)) return;
    all.put(path, this);
    children.forEach((key, child) -> child.collectModules(path.isEmpty() ? key : path + "." + key, all));
  }

  /** All parameters, by key, outermost and first added first; one that is shared appears once. */
  public final SequencedMap<String, Parameter> namedParameters() {
    var all = new LinkedHashMap<String, Parameter>();
    collect("", all, true, false);
    return all;
  }

  /** All buffers, by key. */
  public final SequencedMap<String, Parameter> namedBuffers() {
    var all = new LinkedHashMap<String, Parameter>();
    collect("", all, false, true);
    return all;
  }

  public final List<Parameter> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /** The parameters whose keys fit: {@code model.parameters(key -> key.endsWith("bias"))}. */
  public final List<Parameter> parameters(Predicate<String> keys) {
    return namedParameters().entrySet().stream().filter(e -> keys.test(e.getKey())).map(Map.Entry::getValue)
        .toList();
  }

  private void collect(String prefix, Map<String, Parameter> all, boolean withParameters,
      boolean withBuffers) {
    if (withParameters) parameters.forEach((key, p) -> putOnce(prefix + key, p, all));
    if (withBuffers) buffers.forEach((key, p) -> putOnce(prefix + key, p, all));
    children.forEach((key, child) -> child.collect(prefix + key + ".", all, withParameters, withBuffers));
  }

  private static void putOnce(String key, Parameter parameter, Map<String, Parameter> all) {
    if (!all.containsValue(parameter)) all.put(key, parameter);
  }

  /** The number of trainable values. */
  public final long parameterCount() {
    return parameters().stream().mapToLong(Parameter::numel).sum();
  }

  // ---- state

  public final boolean isTraining() {
    return training;
  }

  /** Training mode, for this module and all inside: dropout drops, running statistics run. */
  public final Module train() {
    return setTraining(true);
  }

  /** Evaluation mode, for this module and all inside. */
  public final Module eval() {
    return setTraining(false);
  }

  private Module setTraining(boolean training) {
    this.training = training;
    children.values().forEach(child -> child.setTraining(training));
    return this;
  }

  /** Freezes all parameters: they get no gradient, and optimizers leave them alone. */
  public final Module freeze() {
    parameters().forEach(p -> p.freeze(true));
    return this;
  }

  public final Module unfreeze() {
    parameters().forEach(p -> p.freeze(false));
    return this;
  }

  /** Moves all parameters, with their gradients, and buffers to another device. Make optimizers afterwards. */
  public final Module to(Device device) {
    state().values().forEach(p -> p.moveTo(device));
    return this;
  }

  /**
   * Converts all floating parameters and buffers to another floating type; integers stay what they are. Make optimizers
   * afterwards.
   */
  public final Module to(DType dtype) {
    if (!dtype.isFloating()) {
      throw new JacquardException("to: " + typeName() + " cannot be converted to " + dtype
          + ", expected a floating type such as bfloat16: other types have no gradients.");
    }
    state().values().stream().filter(p -> p.dtype().isFloating()).forEach(p -> p.convertTo(dtype));
    return this;
  }

  private SequencedMap<String, Parameter> state() {
    var all = new LinkedHashMap<String, Parameter>();
    collect("", all, true, true);
    return all;
  }

  /**
   * All parameters and buffers by key, in PyTorch's names and shapes. The tensors share the module's memory, as PyTorch's
   * do: training goes on to change them, until an optimizer or {@link #to} moves the module elsewhere. To keep values as
   * they are, write them to a file, or load them into another module: {@link #loadStateDict} copies.
   */
  public final SequencedMap<String, Tensor> stateDict() {
    var tensors = new LinkedHashMap<String, Tensor>();
    state().forEach((key, p) -> tensors.put(key, p.value().detach()));
    return tensors;
  }

  /**
   * Copies values into all parameters and buffers; keys and shapes must be exactly this module's.
   *
   * @throws JacquardException listing every key that is missing, unexpected or of another shape; nothing is changed then
   */
  public final void loadStateDict(Map<String, Tensor> values) {
    var own = state();
    var wrong = new ArrayList<String>();
    own.forEach((key, p) -> {
      var value = values.get(key);
      if (value == null) {
        wrong.add("missing: " + key + " " + p.shape());
      } else if (value.isClosed()) {
        wrong.add("freed: " + key + ", with its scope; keep() it");
      } else if (!value.shape().equals(p.shape())) {
        wrong.add("shape: " + key + " is " + value.shape() + ", expected " + p.shape());
      } else if (kind(value.dtype()) != kind(p.dtype())) {
        wrong.add("type: " + key + " is " + value.dtype() + ", expected " + p.dtype());
      }
    });
    values.keySet().stream().filter(key -> !own.containsKey(key))
        .forEach(key -> wrong.add("unexpected: " + key));
    if (!wrong.isEmpty()) {
      throw new JacquardException(
          "The values do not fit " + typeName() + ", nothing was loaded:\n  "
              + String.join("\n  ", wrong) + "\nBuild the model as it was when it was saved, then load it.");
    }
    try (var _ = GradMode.noGrad()) {
      own.forEach((key, p) -> p.assign(Objects.requireNonNull(values.get(key))));
    }
  }

  /** The name of this module's class; of an anonymous one, that of the class it extends. */
  private String typeName() {
    var type = getClass();
    return type.isAnonymousClass() ? type.getSuperclass().getSimpleName() : type.getSimpleName();
  }

  /** Values of one kind are converted into each other when they are loaded; those of different kinds are a mistake. */
  private static int kind(DType type) {
    return type.isFloating() ? 2 : type == DType.BOOL ? 1 : 0;
  }

  /** The constructor's call, as {@code Linear(784, 128)}; of a container, one line for each module inside. */
  @Override
  public String toString() {
    var type = typeName();
    if (children.isEmpty()) return type + "()";
    return children.entrySet().stream()
        .map(e -> "  (" + e.getKey() + "): " + e.getValue().toString().replace("\n", "\n  "))
        .collect(Collectors.joining("\n", type + "(\n", "\n)"));
  }
}
