namespace Microsoft.ML;

/// <summary>Base of attributes that give a loadable class its contract name.</summary>
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(contractName);
        ContractName = contractName;
    }

    /// <summary>The name by which saved models know the class.</summary>
    public string ContractName { get; }
}
