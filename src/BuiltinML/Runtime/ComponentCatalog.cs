using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The parts that a saved model may name: factories marked with an <see cref="ExtensionBaseAttribute"/>.</summary>
public sealed class ComponentCatalog
{
    private readonly ConcurrentDictionary<string, Type> extensions = new();

    internal ComponentCatalog()
    {
    }

    /// <summary>Makes an assembly's marked classes loadable.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="throwOnError">Whether a contract name that is taken is an error.</param>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        foreach (var type in assembly.GetTypes().Where(type => type.IsClass && !type.IsAbstract))
        {
            foreach (var attribute in type.GetCustomAttributes<ExtensionBaseAttribute>(inherit: false))
            {
                if (extensions.GetOrAdd(attribute.ContractName, type) != type && throwOnError)
                {
                    throw new InvalidOperationException($"Extension '{attribute.ContractName}' is already registered");
                }
            }
        }
    }

    internal object CreateExtension(string contractName)
        => extensions.TryGetValue(contractName, out var type)
            ? Activator.CreateInstance(type)
            : throw new InvalidOperationException($"Extension '{contractName}' is not registered; call ComponentCatalog.RegisterAssembly");
}
