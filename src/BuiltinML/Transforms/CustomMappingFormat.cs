using System.Reflection;

namespace Microsoft.ML.Transforms;

/// <summary>How custom mappings are saved: contract name and assembly, no state.</summary>
internal static class CustomMappingFormat
{
    public const string Kind = "CustomMapping";

    public static void Save(ModelSaveContext context, string contractName, Assembly assembly)
    {
        context.Sign(Kind);
        context.Writer.Write(contractName);
        context.Writer.Write(assembly.FullName ?? string.Empty);
    }

    public static ITransformer Load(ModelReader context)
    {
        var contractName = context.Reader.ReadString();
        return context.Environment.ComponentCatalog.CreateExtension(contractName) is ICustomMappingFactory factory
            ? factory.Create(contractName)
            : throw new InvalidOperationException($"Extension '{contractName}' is not a CustomMappingFactory");
    }
}
