using System.Numerics;
using System.Runtime.InteropServices;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// The frozen form of a network, made when first needed and again only after the network's weights have changed. Refiners over the same
/// network share it. Thread-safe as long as nobody trains the network meanwhile.
/// </summary>
/// <param name="network">The network.</param>
internal sealed class FrozenWeights(RefinerNetwork network)
{
    private Version? _current;

    /// <summary>The network as its weights are now. Costs one pass over the weights: microseconds for networks of usual size.</summary>
    public IFrozenNetwork Get()
    {
        ulong print = Fingerprint(network.Parameters);
        Version? current = Volatile.Read(ref _current);
        if (current is null || current.Print != print)
        {
            current = new Version(network.Fold(), print);
            Volatile.Write(ref _current, current);
        }

        return current.Network;
    }

    // A hash of all values: in each lane a polynomial of the values' bits modulo 2^32, which differs after a training step.
    private static ulong Fingerprint(IReadOnlyList<Parameter> parameters)
    {
        Vector<uint> sum = Vector<uint>.Zero;
        uint rest = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(parameters[i].Value);
            ReadOnlySpan<Vector<uint>> vectors = MemoryMarshal.Cast<uint, Vector<uint>>(bits);
            foreach (Vector<uint> vector in vectors)
            {
                sum = (sum * 0x9E3779B1) + vector;
            }

            foreach (uint value in bits[(vectors.Length * Vector<uint>.Count)..])
            {
                rest = (rest * 0x85EBCA77) + value;
            }
        }

        ulong print = rest;
        for (int i = 0; i < Vector<uint>.Count; i++)
        {
            print = (print * 0x9E3779B97F4A7C15) + sum[i];
        }

        return print;
    }

    private sealed record Version(IFrozenNetwork Network, ulong Print);
}
