package trust

import (
	"maps"
	"slices"

	"golang.org/x/sys/windows/registry"
)

// javaKeys are where installers write, for the machine or for the user, and the
// name of the value with the home folder: in each version's own key, or below it.
func javaKeys() map[string][2]string {
	keys := map[string][2]string{`SOFTWARE\Azul Systems\Zulu`: {"", "InstallationPath"}}
	for _, name := range []string{"JDK", "JRE", "Java Development Kit", "Java Runtime Environment"} {
		keys[`SOFTWARE\JavaSoft\`+name] = [2]string{"", "JavaHome"}
	}
	for _, vendor := range []string{"Eclipse Adoptium", "Eclipse Foundation", "AdoptOpenJDK", "Microsoft", "Semeru"} {
		for _, name := range []string{"JDK", "JRE"} {
			keys[`SOFTWARE\`+vendor+`\`+name] = [2]string{`\hotspot\MSI`, "Path"}
			if vendor == "Semeru" {
				keys[`SOFTWARE\`+vendor+`\`+name] = [2]string{`\openj9\MSI`, "Path"}
			}
		}
	}
	return keys
}

// registeredJava lists the home folders that installers wrote into the registry.
func registeredJava() []string {
	var homes []string
	keys := javaKeys()
	for _, hive := range []registry.Key{registry.LOCAL_MACHINE, registry.CURRENT_USER} {
		for _, place := range slices.Sorted(maps.Keys(keys)) {
			value := keys[place]
			for _, version := range subkeys(hive, place) {
				if home := registryText(hive, place+`\`+version+value[0], value[1]); home != "" {
					homes = append(homes, home)
				}
			}
		}
	}
	return homes
}

func subkeys(hive registry.Key, place string) []string {
	key, err := registry.OpenKey(hive, place, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil
	}
	defer key.Close()
	names, _ := key.ReadSubKeyNames(-1)
	return names
}

func registryText(hive registry.Key, place, name string) string {
	key, err := registry.OpenKey(hive, place, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer key.Close()
	text, _, _ := key.GetStringValue(name)
	return text
}
