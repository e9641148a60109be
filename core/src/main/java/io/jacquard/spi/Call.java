package io.jacquard.spi;

import io.jacquard.expr.Program;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * One call of a {@link Backend} that computes something, with its arguments, so that it can be made again, or elsewhere.
 *
 * <pre>{@code
 * Call call = new Call.Gather(x.view(), labels.view(), y.view());
 * call.replay(device.backend());
 * }</pre>
 */
public sealed interface Call {
  void replay(Backend backend);

  /** Its name in tables: that of the backend's method, or of the operation. */
  String name();

  View[] inputs();

  View[] outputs();

  /** Whether it reads what its outputs hold. */
  default boolean accumulates() {
    return false;
  }

  /** The same call on other memory. */
  Call over(UnaryOperator<View> other);

  /** What it was, for messages. */
  default String describe() {
    return name() + " to " + outputs()[0].spec();
  }

  /** The same computation on the same memory; those that have arrays compare what these hold. */
  default boolean sameAs(Call other) {
    return equals(other);
  }

  private static View[] all(View[] views, UnaryOperator<View> other) {
    return Arrays.stream(views).map(other).toArray(View[]::new);
  }

  record Map(Program program, long[] params, View[] in, View[] out) implements Call {
    @Override
    public String name() {
      return "map";
    }

    @Override
    public View[] inputs() {
      return in;
    }

    @Override
    public View[] outputs() {
      return out;
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new Map(program, params, all(in, other), all(out, other));
    }

    @Override
    public void replay(Backend backend) {
      backend.map(program, params, in, out);
    }

    @Override
    public boolean sameAs(Call other) {
      return other instanceof Map m && program == m.program && Arrays.equals(params, m.params)
          && Arrays.equals(in, m.in) && Arrays.equals(out, m.out);
    }
  }

  record Reduce(Reduction how, Program each, long[] params, View[] in, int[] axes,
      View[] out) implements Call {
    @Override
    public String name() {
      return "reduce " + how.fold().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public View[] inputs() {
      return in;
    }

    @Override
    public View[] outputs() {
      return out;
    }

    @Override
    public boolean accumulates() {
      return how.accumulate();
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new Reduce(how, each, params, all(in, other), axes, all(out, other));
    }

    @Override
    public void replay(Backend backend) {
      backend.reduce(how, each, params, in, axes, out);
    }

    @Override
    public boolean sameAs(Call other) {
      return other instanceof Reduce r && how.equals(r.how) && each == r.each
          && Arrays.equals(params, r.params)
          && Arrays.equals(in, r.in) && Arrays.equals(axes, r.axes) && Arrays.equals(out, r.out);
    }
  }

  record MatMul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) implements Call {
    @Override
    public String name() {
      return "matmul";
    }

    @Override
    public View[] inputs() {
      var all = new View[2 + extra.length];
      all[0] = a;
      all[1] = b;
      System.arraycopy(extra, 0, all, 2, extra.length);
      return all;
    }

    @Override
    public View[] outputs() {
      return out;
    }

    @Override
    public boolean accumulates() {
      return how.beta() != 0;
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new MatMul(how, params, other.apply(a), other.apply(b), all(extra, other), all(out, other));
    }

    @Override
    public void replay(Backend backend) {
      backend.matmul(how, params, a, b, extra, out);
    }

    @Override
    public boolean sameAs(Call other) {
      return other instanceof MatMul m && how.equals(m.how) && Arrays.equals(params, m.params)
          && a.equals(m.a)
          && b.equals(m.b) && Arrays.equals(extra, m.extra) && Arrays.equals(out, m.out);
    }
  }

  record Gather(View table, View index, View out) implements Call {
    @Override
    public String name() {
      return "gather";
    }

    @Override
    public View[] inputs() {
      return new View[]{table, index};
    }

    @Override
    public View[] outputs() {
      return new View[]{out};
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new Gather(other.apply(table), other.apply(index), other.apply(out));
    }

    @Override
    public void replay(Backend backend) {
      backend.gather(table, index, out);
    }
  }

  record ScatterAdd(View index, View rows, View table) implements Call {
    @Override
    public String name() {
      return "scatter_add";
    }

    @Override
    public View[] inputs() {
      return new View[]{index, rows};
    }

    @Override
    public View[] outputs() {
      return new View[]{table};
    }

    @Override
    public boolean accumulates() {
      return true;
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new ScatterAdd(other.apply(index), other.apply(rows), other.apply(table));
    }

    @Override
    public void replay(Backend backend) {
      backend.scatterAdd(index, rows, table);
    }
  }

  record Running(Scan how, int axis, View in, View out) implements Call {
    @Override
    public String name() {
      return "scan " + how.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public View[] inputs() {
      return new View[]{in};
    }

    @Override
    public View[] outputs() {
      return new View[]{out};
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new Running(how, axis, other.apply(in), other.apply(out));
    }

    @Override
    public void replay(Backend backend) {
      backend.scan(how, axis, in, out);
    }
  }

  record ArgSort(boolean descending, int axis, View in, View indexOut) implements Call {
    @Override
    public String name() {
      return "argsort";
    }

    @Override
    public View[] inputs() {
      return new View[]{in};
    }

    @Override
    public View[] outputs() {
      return new View[]{indexOut};
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new ArgSort(descending, axis, other.apply(in), other.apply(indexOut));
    }

    @Override
    public void replay(Backend backend) {
      backend.argsort(descending, axis, in, indexOut);
    }
  }

  record Run(Operation op, View[] in, View[] out) implements Call {
    @Override
    public String name() {
      return op.name();
    }

    @Override
    public View[] inputs() {
      return in;
    }

    @Override
    public View[] outputs() {
      return out;
    }

    @Override
    public Call over(UnaryOperator<View> other) {
      return new Run(op, all(in, other), all(out, other));
    }

    @Override
    public void replay(Backend backend) {
      if (!backend.run(op, in, out))
        throw new IllegalStateException(op.name() + " was run before, and now is not");
    }

    @Override
    public String describe() {
      return op.name();
    }

    @Override
    public boolean sameAs(Call other) {
      return other instanceof Run r && op.equals(r.op) && Arrays.equals(in, r.in)
          && Arrays.equals(out, r.out);
    }
  }
}
