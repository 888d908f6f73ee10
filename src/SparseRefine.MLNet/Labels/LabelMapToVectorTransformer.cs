using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Copies a <see cref="LabelMap"/> into a plain vector of bytes, row-major, which every transformer of ML.NET can read.</summary>
public sealed class LabelMapToVectorTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-to-vector";
    private readonly string _output;
    private readonly string _input;

    internal LabelMapToVectorTransformer(string output, string input)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
        _output = output;
        _input = input;
    }

    internal override string PartKind => Kind;

    internal static LabelMapToVectorTransformer ReadPart(PartReader part) => new(part.Text("output"), part.Text("input"));

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _output;
        part.Options["input"] = _input;
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        // A schema shape tells that there are sizes, not which: its vector is of a known size too, whichever.
        VectorDataViewType vector = input.RequireLabels(_input) is { Height: int height, Width: int width }
            ? new VectorDataViewType(NumberDataViewType.Byte, Math.Max(height, 1), Math.Max(width, 1))
            : new VectorDataViewType(NumberDataViewType.Byte);
        return [new MappedColumn(
            _output, vector, [_input], ClassAnnotations.ForLabels(null, input.Annotations(_input)))];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<LabelMap> labels = scope.Reader<LabelMap>(_input);
        ValueGetter<VBuffer<byte>> getter = (ref VBuffer<byte> value) =>
        {
            scope.ThrowIfDisposed();
            byte[] source = Rows.Present(labels(), _input).Labels;
            VBufferEditor<byte> editor = VBufferEditor.Create(ref value, source.Length);
            source.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return [getter];
    }
}
