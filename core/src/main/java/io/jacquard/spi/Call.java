package io.jacquard.spi;

import io.jacquard.expr.Program;
import java.util.Arrays;

/** One call of a {@link Backend} that computed something, with its arguments, so that it can be made again. */
sealed interface Call {
  void replay(Backend backend);

  /** What it was, for messages. */
  String describe();

  /** The same computation on the same memory. */
  boolean sameAs(Call other);

  record Map(Program program, long[] params, View[] in, View[] out) implements Call {
    @Override
    public void replay(Backend backend) {
      backend.map(program, params, in, out);
    }

    @Override
    public String describe() {
      return "map to " + out[0].spec();
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
    public void replay(Backend backend) {
      backend.reduce(how, each, params, in, axes, out);
    }

    @Override
    public String describe() {
      return how.fold() + " to " + out[0].spec();
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
    public void replay(Backend backend) {
      backend.matmul(how, params, a, b, extra, out);
    }

    @Override
    public String describe() {
      return "matmul of " + a.spec() + " and " + b.spec();
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
    public void replay(Backend backend) {
      backend.gather(table, index, out);
    }

    @Override
    public String describe() {
      return "gather of " + out.spec();
    }

    @Override
    public boolean sameAs(Call other) {
      return equals(other);
    }
  }

  record ScatterAdd(View index, View rows, View table) implements Call {
    @Override
    public void replay(Backend backend) {
      backend.scatterAdd(index, rows, table);
    }

    @Override
    public String describe() {
      return "scatterAdd of " + rows.spec();
    }

    @Override
    public boolean sameAs(Call other) {
      return equals(other);
    }
  }

  record Running(Scan how, int axis, View in, View out) implements Call {
    @Override
    public void replay(Backend backend) {
      backend.scan(how, axis, in, out);
    }

    @Override
    public String describe() {
      return "scan of " + in.spec();
    }

    @Override
    public boolean sameAs(Call other) {
      return equals(other);
    }
  }

  record ArgSort(boolean descending, int axis, View in, View indexOut) implements Call {
    @Override
    public void replay(Backend backend) {
      backend.argsort(descending, axis, in, indexOut);
    }

    @Override
    public String describe() {
      return "argsort of " + in.spec();
    }

    @Override
    public boolean sameAs(Call other) {
      return equals(other);
    }
  }

  record Run(Operation op, View[] in, View[] out) implements Call {
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
