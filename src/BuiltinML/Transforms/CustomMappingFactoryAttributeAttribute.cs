namespace Microsoft.ML.Transforms;

/// <summary>Gives a custom mapping's factory its contract name.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    /// <summary>Names the factory.</summary>
    /// <param name="contractName">The name by which saved models know it.</param>
    public CustomMappingFactoryAttributeAttribute(string contractName)
        : base(contractName)
    {
    }
}
