package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What backends that take over {@link Recurrence} and {@link RecurrenceBackward} compute number by number in each step, for
 * one type of numbers. Sums of inputs and states have been made by products before.
 *
 * <pre>{@code
 * var step = RecurrentMaps.of(DType.FLOAT32).forward().get(RecurrentCell.LSTM);   // a Program
 * }</pre>
 *
 * @param forward RNN: a+b to h'. LSTM: a+b of i, f, g, o and c to i, f, g, o, c', h'. GRU: a+b of r and z, a_n, b_n and h to
 *        r, z, n, h'
 * @param backward RNN: the gradients of h' and h' itself to that of a+b. LSTM: the gradients of h', those of c', then i, f, g,
 *        o, c', c to those of the gates' arguments and of c. GRU: the gradients of h', then r, z, n, b_n, h to those of the
 *        gates' arguments, of b_n, and of h past the gates. Gradients of h' and c' come in two parts, from outside and from
 *        the later step
 * @param withoutCell of an LSTM the same where no gradient of c' comes from outside
 * @param sum of two
 */
public record RecurrentMaps(Map<RecurrentCell, Program> forward, Map<RecurrentCell, Program> backward,
    Program withoutCell, Program sum, Program copy) {
  private static final RecurrentMaps FLOAT32 = make(DType.FLOAT32);
  private static final RecurrentMaps FLOAT64 = make(DType.FLOAT64);

  /** Those for float32 or float64. */
  public static RecurrentMaps of(DType type) {
    return switch (type) {
      case FLOAT32 -> FLOAT32;
      case FLOAT64 -> FLOAT64;
      default -> throw new IllegalArgumentException("recurrent cells are not computed in " + type);
    };
  }

  private static RecurrentMaps make(DType type) {
    var forward = new EnumMap<RecurrentCell, Program>(RecurrentCell.class);
    forward.put(RecurrentCell.RNN_TANH, program(type, 1, in -> new Scalar[]{in[0].tanh()}));
    forward.put(RecurrentCell.RNN_RELU, program(type, 1, in -> new Scalar[]{in[0].relu()}));
    forward.put(RecurrentCell.LSTM, program(type, 5, in -> {
      var i = in[0].sigmoid();
      var f = in[1].sigmoid();
      var g = in[2].tanh();
      var o = in[3].sigmoid();
      var c = f.mul(in[4]).add(i.mul(g));
      return new Scalar[]{i, f, g, o, c, o.mul(c.tanh())};
    }));
    forward.put(RecurrentCell.GRU, program(type, 5, in -> {
      var r = in[0].sigmoid();
      var z = in[1].sigmoid();
      var n = in[2].add(r.mul(in[3])).tanh();
      return new Scalar[]{r, z, n, n.add(z.mul(in[4].sub(n)))};
    }));
    var backward = new EnumMap<RecurrentCell, Program>(RecurrentCell.class);
    backward.put(RecurrentCell.RNN_TANH,
        program(type, 3, in -> new Scalar[]{in[0].add(in[1]).mul(in[2].square().neg().add(1))}));
    backward.put(RecurrentCell.RNN_RELU, program(type, 3,
        in -> new Scalar[]{in[2].gt(0).where(in[0].add(in[1]), in[0].constantFor(0))}));
    backward.put(RecurrentCell.LSTM,
        program(type, 10, in -> lstm(in[0].add(in[1]), in[2].add(in[3]), Arrays.copyOfRange(in, 4, 10))));
    backward.put(RecurrentCell.GRU, program(type, 7, in -> {
      var dh = in[0].add(in[1]);
      var dn = dh.mul(in[3].neg().add(1)).mul(in[4].square().neg().add(1));
      return new Scalar[]{dn.mul(in[5]).mul(slope(in[2])), dh.mul(in[6].sub(in[4])).mul(slope(in[3])), dn,
          dn.mul(in[2]), dh.mul(in[3])};
    }));
    var withoutCell = program(type, 9,
        in -> lstm(in[0].add(in[1]), in[2], Arrays.copyOfRange(in, 3, 9)));
    return new RecurrentMaps(forward, backward, withoutCell,
        program(type, 2, in -> new Scalar[]{in[0].add(in[1])}), program(type, 1, in -> new Scalar[]{in[0]}));
  }

  private static Scalar[] lstm(Scalar dh, Scalar later, Scalar[] in) {
    var i = in[0];
    var f = in[1];
    var g = in[2];
    var o = in[3];
    var t = in[4].tanh();
    var dc = later.add(dh.mul(o).mul(t.square().neg().add(1)));
    return new Scalar[]{dc.mul(g).mul(slope(i)), dc.mul(in[5]).mul(slope(f)),
        dc.mul(i).mul(g.square().neg().add(1)), dh.mul(t).mul(slope(o)), dc.mul(f)};
  }

  /** The derivative of a sigmoid, by its value. */
  private static Scalar slope(Scalar sigmoid) {
    return sigmoid.mul(sigmoid.neg().add(1));
  }

  private static Program program(DType type, int inputs, Function<Scalar[], Scalar[]> body) {
    var types = new DType[inputs];
    Arrays.fill(types, type);
    return Program.ofAll(body, types);
  }
}
