namespace SparseRefine.Ensemblers;

/// <summary>The four tensors of a <see cref="Perceptron"/>, or their gradients. Holds addresses only; its maker keeps the arrays pinned.</summary>
internal readonly unsafe struct PerceptronWeights(
    int inputs, int hidden, int outputs, float* hiddenWeight, float* hiddenBias, float* outputWeight, float* outputBias)
{
    public int Inputs { get; } = inputs;

    public int Hidden { get; } = hidden;

    public int Outputs { get; } = outputs;

    /// <summary>[hidden, inputs].</summary>
    public float* HiddenWeight { get; } = hiddenWeight;

    /// <summary>[hidden].</summary>
    public float* HiddenBias { get; } = hiddenBias;

    /// <summary>[outputs, hidden].</summary>
    public float* OutputWeight { get; } = outputWeight;

    /// <summary>[outputs].</summary>
    public float* OutputBias { get; } = outputBias;

    /// <summary>Floats that the four tensors take together.</summary>
    public int Length => Hidden * Inputs + Hidden + Outputs * Hidden + Outputs;

    /// <summary>The same sizes over one buffer of <see cref="Length"/> floats, in the order above.</summary>
    public PerceptronWeights Over(float* buffer)
    {
        float* bias = buffer + Hidden * Inputs;
        float* weight = bias + Hidden;
        return new PerceptronWeights(Inputs, Hidden, Outputs, buffer, bias, weight, weight + Outputs * Hidden);
    }
}
