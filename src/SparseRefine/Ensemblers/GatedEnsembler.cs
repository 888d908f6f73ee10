using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The learned merge (SparseRefine, section 3.3 and official code): per pixel [p1, e1, p2, e2] -> linear 2(C+1) -> H ->
/// relu -> linear H -> 2 -> softmax = w; y = w1 z1 + w2 z2. As in the paper, where <see cref="GatedEnsemblerOptions.HasMerge"/> asks for it: then linear C -> H' -> relu -> linear H' -> C. H' is H, or
/// 2C where that is larger, so that the start below always fits.
/// </summary>
/// <remarks>
/// It starts as a merge that already makes sense. Gate: two hidden units carry e1 - e2 and e2 - e1 and drive
/// s = 4 (e2 - e1), so the surer model gets the larger weight, w1 = sigmoid(s); the other units are random with output
/// weights of deviation 0.01. Last linears: units 2c and 2c + 1 carry +y_c and -y_c, as relu(y) - relu(-y) = y, and the
/// other units are random with output weights 0, so that the pair is the identity at first, exactly, without the
/// residual that the paper does not have; the zero weights get gradients from the first step on.
/// <see cref="Ensembler.Ensemble"/> and evaluation are thread-safe as long as nobody changes the parameters.
/// </remarks>
internal sealed partial class GatedEnsembler : Ensembler
{
    private const float EntropyGain = 4f;

    private readonly Parameter[] _gate;
    private readonly Parameter[] _merge;

    /// <summary>Makes the network with its starting weights.</summary>
    public GatedEnsembler(GatedEnsemblerOptions options, int seed)
    {
        Options = options;
        var random = new Random(seed);
        int classes = options.Classes;
        _gate = Linears("gate", 2 * (classes + 1), options.Hidden, options.GateForm == GateForm.Softmax ? 2 : 1);
        _merge = options.HasMerge ? Linears("merge", classes, Math.Max(options.Hidden, 2 * classes), classes) : [];
        Parameters = [.. _gate, .. _merge];
        StartGate(random);
        if (options.HasMerge)
        {
            StartMerge(random);
        }
    }

    /// <summary>Sizes.</summary>
    public GatedEnsemblerOptions Options { get; }

    /// <summary>
    /// <c>gate.hidden.weight</c> [H, 2(C+1)], <c>gate.hidden.bias</c>, <c>gate.output.weight</c> [2 or 1, H],
    /// <c>gate.output.bias</c>, then, if there is a merge, <c>merge.hidden.weight</c> [H', C] and so on. Linear weights are [output, input].
    /// </summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override int Classes => Options.Classes;

    /// <summary>Features, hidden units of the larger network, gate and weight; the mixed logits take the one for each class.</summary>
    public override int ScratchChannels => (2 * (Options.Classes + 1)) + Math.Max(_gate[1].Value.Length, _merge.Length == 0 ? 0 : _merge[1].Value.Length) + 3;

    /// <summary>Takes over another gate's weights, as to go on training from them.</summary>
    /// <param name="other">A gate of the same classes, form and hidden units; not changed. Its last two linears are left behind where this one has none.</param>
    /// <exception cref="ArgumentException">A gate of another shape.</exception>
    public void CopyFrom(GatedEnsembler other)
    {
        Parameter.Copy(Options.HasMerge ? other.Parameters : other._gate, Parameters, "gate");
    }

    /// <summary>Multiply-adds a pixel: each weight of the linear layers is used once.</summary>
    public long MultiplyAdds => Parameters.Where(p => p.Shape.Length == 2).Sum(p => (long)p.Value.Length);

    /// <summary>Merges on the tape: differentiable in the parameters and in the sparse logits (through z2, p2 and e2).</summary>
    /// <param name="dense">[rows, classes] interpolated dense logits: constants, they get no gradient.</param>
    /// <param name="sparse">[rows, classes] logits of the sparse network.</param>
    /// <param name="tape">The step's tape; null for evaluation.</param>
    /// <param name="workers">Threads; values and gradients do not depend on their number.</param>
    /// <returns>[rows, classes] merged logits.</returns>
    /// <exception cref="ArgumentException">Other sizes than rows x classes.</exception>
    public Variable Forward(Variable dense, Variable sparse, Tape? tape, Workers workers)
    {
        CheckClasses(dense.Channels, nameof(dense));
        CheckClasses(sparse.Channels, nameof(sparse));
        if (dense.Rows != sparse.Rows)
        {
            throw new ArgumentException($"sparse: expected {dense.Rows} rows, got {sparse.Rows}", nameof(sparse));
        }

        Variable merged = Variable.Output(tape, dense.Rows, dense.Channels, tape is not null);
        new EnsemblePass(this).MergeRows(dense.Value, sparse.Value, merged.Value, dense.Rows, dense.Channels, workers);
        tape?.Record(merged, () => Differentiate(dense, sparse, merged, workers));
        return merged;
    }

    private static Parameter[] Linears(string name, int inputs, int hidden, int outputs) =>
    [
        new Parameter($"{name}.hidden.weight", [hidden, inputs]),
        new Parameter($"{name}.hidden.bias", [hidden], decayed: false),
        new Parameter($"{name}.output.weight", [outputs, hidden]),
        new Parameter($"{name}.output.bias", [outputs], decayed: false),
    ];

    private void StartGate(Random random)
    {
        int hidden = _gate[0].Shape[0];
        int inputs = _gate[0].Shape[1];
        int outputs = _gate[2].Shape[0];
        Initialization.Normal(_gate[0].Value, MathF.Sqrt(2f / inputs), random);
        Initialization.Normal(_gate[2].Value, 0.01f, random);
        int e1 = Options.Classes;
        int e2 = inputs - 1;
        for (int j = 0; j < 2; j++)
        {
            float sign = j == 0 ? 1 : -1;
            Span<float> row = _gate[0].Value.AsSpan(j * inputs, inputs);
            row.Clear();
            row[e1] = -sign;
            row[e2] = sign;

            // A softmax sees the difference of its two inputs, so each of them carries half of the gain.
            _gate[2].Value[j] = sign * EntropyGain / outputs;
            if (outputs == 2)
            {
                _gate[2].Value[hidden + j] = -sign * EntropyGain / 2;
            }
        }
    }

    private void StartMerge(Random random)
    {
        int hidden = _merge[0].Shape[0];
        int classes = Options.Classes;
        Initialization.Normal(_merge[0].Value, MathF.Sqrt(2f / classes), random);
        for (int j = 0; j < 2 * classes; j++)
        {
            int c = j / 2;
            float sign = j % 2 == 0 ? 1 : -1;
            Span<float> row = _merge[0].Value.AsSpan(j * classes, classes);
            row.Clear();
            row[c] = sign;
            _merge[2].Value[c * hidden + j] = sign;
        }
    }

    private void CheckClasses(int classes, string name)
    {
        if (classes != Options.Classes)
        {
            throw new ArgumentException($"{name}: expected {Options.Classes} classes, got {classes}", name);
        }
    }
}
