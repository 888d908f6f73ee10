using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Copies a column under another name; the values are those of the input's getter.</summary>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "CopyColumns";

    internal ColumnCopyingTransformer(string outputColumnName, string inputColumnName)
        : base(outputColumnName, inputColumnName)
    {
    }

    internal string Output => OutputColumnName;

    internal string Input => InputColumnName;

    internal static ColumnCopyingTransformer Load(ModelReader context) => new(context.Reader.ReadString(), context.Reader.ReadString());

    private protected override void Save(ModelSaveContext context)
    {
        context.Sign(Kind);
        context.Writer.Write(OutputColumnName);
        context.Writer.Write(InputColumnName);
    }

    private protected override DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input) => new(OutputColumnName, input.Type, input.Annotations);

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, DataViewType outputType, out Action disposer)
    {
        disposer = null;
        return input.GetUntyped(column);
    }
}
